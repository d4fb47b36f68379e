import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quality } from '@vagus/api'
import type { ExporterState } from '@vagus/flow'
import type { RecordLag } from '../../src/collector/messages.ts'
import type { View } from '../../src/domain/view.ts'
import { qualityOf, type TroubledBorder } from '../../src/resources/quality.ts'

const stream = (address: string, units: number, received: number, parked = 0): ExporterState =>
  ({
    address,
    protocol: 'ipfix',
    records: received,
    templates: 1,
    parked,
    lost: {
      unit: 'records',
      units: units + 7000,
      received: received + 7000,
      lastHour: { units, received },
      share: units / (units + received),
    },
  }) as ExporterState

/** Of a controller that started `now` milliseconds ago, with one device at 192.0.2.3. */
const itemsOf = (
  exporters: readonly ExporterState[],
  now = 0,
  late: RecordLag['late'] = [],
  borders: readonly TroubledBorder[] = [],
  more: object = {},
): readonly Quality[] => {
  const device = { name: 'pe-3', interfaces: [{ site: 'office' }] }
  const view = {
    config: {
      devices: [device],
      sites: [{}],
      links: [],
      access: { owners: [] },
      flow: { listen: ['192.0.2.10:4739'], silentAfter: '30s', receiveBuffer: 1 },
      ...more,
    },
    directory: {
      addressOf: () => '192.0.2.3',
      deviceAt: (address: string) => (address === '192.0.2.3' ? device : undefined),
    },
    report: {
      exporters,
      receiver: { kind: 'recvmmsg', receiveBuffer: 1, dropped: 0 },
      liveLeftOut: 0,
      recordLag: { ms: 120_000, late },
    },
    collector: { endpoints: [] },
    measurements: { isHeard: () => false },
    now: () => now,
    startedAt: 0,
  }
  return qualityOf(view as unknown as View, borders)
}
const problemsOf = (exporters: readonly ExporterState[], now = 0): readonly string[] =>
  itemsOf(exporters, now).map(({ subject, problem }) => `${subject}: ${problem}`)

test('each problem says of what kind it is, by which others tell what they know already', () => {
  const wrong = { clockBehind: 3_600_000, isClockWrong: true, sampling: { rate: 0, from: 'none' } } as const
  const items = itemsOf([{ ...stream('192.0.2.3', 36, 964, 2), ...wrong, lastAt: 1000 }], 60_000)
  assert.deepEqual(
    items.filter(({ subject }) => subject === 'pe-3').map(({ kind }) => kind),
    ['silent', 'sampling', 'loss', 'other', 'clock', 'other'],
  )
})

test('what the streams of one device lost is one problem, and those that lose little do not hide it', () => {
  const streams = [stream('192.0.2.3', 36, 964, 2), stream('192.0.2.3', 20, 980, 1), stream('192.0.2.3', 0, 100_000)]
  assert.deepEqual(
    problemsOf(streams).filter((line) => line.startsWith('pe-3') && !line.includes('exported')),
    [
      'pe-3: 2.8 % of its records were lost on the way within the last hour, in 2 streams',
      'pe-3: 3 data sets wait for their template',
    ],
  )
})

test('data given up because its template does not come is an error, with how long that has been so', () => {
  const minute = 60_000
  const lacking = (since: number, givenUp: number): ExporterState => ({
    ...stream('192.0.2.3', 0, 1, 256),
    lastAt: 90 * minute,
    noTemplate: { since, givenUp },
  })
  const of = (...streams: readonly ExporterState[]): readonly string[] =>
    itemsOf(streams, 90 * minute)
      .filter(({ problem }) => problem.includes('template'))
      .map(({ severity, problem }) => `${severity}: ${problem}`)
  assert.deepEqual(of(lacking(40 * minute, 2700), lacking(70 * minute, 44), lacking(0, 0)), [
    'error: 2,744 data sets given up: no template for 50m',
  ])
  assert.deepEqual(of(lacking(40 * minute, 0)), ['warning: 256 data sets wait for their template'])
})

test('a clock that is wrong by more than a minute is a problem, and no longer when only an old stream has it', () => {
  const wrong = { ...stream('192.0.2.3', 0, 1), lastAt: 1000, clockBehind: -3_600_400, isClockWrong: true }
  const right = { ...stream('192.0.2.3', 0, 1), lastAt: 2000, clockBehind: 300, isClockWrong: false }
  const clocks = (...streams: readonly ExporterState[]): readonly string[] =>
    problemsOf(streams).filter((line) => line.includes('clock'))
  const told = ['pe-3: its clock is 3600 s ahead of ours; the times of its flows are set right by that']
  assert.deepEqual(clocks(wrong), told)
  assert.deepEqual(clocks(wrong, right), told)
  assert.deepEqual(clocks(wrong, { ...right, lastAt: 122_000 }), [])
  assert.deepEqual(clocks({ ...wrong, clockOf: 'flows' }), [
    'pe-3: it dates flows 3600 s ahead of the right time, though its clock is right; the times of its flows are set right by that',
  ])
})

test('records that come later than figures wait for make figures too low', () => {
  const late = [{ address: '192.0.2.3', lag: 1_800_000 }]
  const told = itemsOf([stream('192.0.2.3', 0, 1), stream('192.0.2.3', 0, 1)], 0, late).filter(({ fix }) =>
    /timeout/.test(fix),
  )
  assert.deepEqual(
    told.map(({ subject, problem, severity }) => [subject, problem, severity]),
    [['pe-3', 'its records come up to 1800 s late: figures of the last 1800 s are too low', 'warning']],
  )
})

test('an exporter that is no configured device is one problem, however many streams it has', () => {
  assert.deepEqual(
    problemsOf([stream('192.0.2.9', 0, 1), stream('192.0.2.9', 1, 9)]).filter((line) => line.startsWith('192')),
    [
      '192.0.2.9: 10.0 % of its records were lost on the way within the last hour',
      '192.0.2.9: exports flows and is no configured device',
    ],
  )
})

test('counters from an address of no device are told with the device that they name, and not as missing', () => {
  const counters = (address: string, agent: string): ExporterState => ({
    ...stream(address, 0, 1),
    protocol: 'sflow5',
    agent,
  })
  const of = (agent: string): readonly string[] =>
    problemsOf([counters('192.0.2.10', agent)], 60_000).filter((line) => /counted|counters|configured/.test(line))
  assert.deepEqual(of('192.0.2.3'), ['192.0.2.10: its sFlow agent says 192.0.2.3 = pe-3: not counted as of pe-3'])
  assert.deepEqual(of('192.0.2.77'), [
    'pe-3: sends no interface counters: its coverage is not known',
    '192.0.2.10: exports flows and is no configured device',
  ])
})

test('a border for which nothing can be proposed is told after five minutes, and not before', () => {
  const dark = {
    neighbour: 'transit',
    problem: 'the load of tr-1 is not known',
    since: 0,
    agentless: [],
    isMute: false,
  }
  const calm = { neighbour: 'peer', problem: null, since: undefined, agentless: [], isMute: false }
  const unread = { neighbour: 'new', problem: 'nothing was read yet', since: undefined, agentless: [], isMute: false }
  const told = (now: number): readonly string[] =>
    itemsOf([], now, [], [dark, calm, unread]).flatMap(({ subject, problem }) =>
      problem.includes('border') ? [`${subject}: ${problem}`] : [],
    )
  assert.deepEqual(told(299_999), [])
  assert.deepEqual(told(300_000), ['transit: nothing can be proposed for its border: the load of tr-1 is not known'])
})

test('a device without an agent, and a controller without one, are told while a proposal waits for it', () => {
  const border = { neighbour: 'transit', problem: null, since: undefined, agentless: ['pe-3'], isMute: true }
  const told = itemsOf([], 0, [], [border]).filter(({ fix }) => /agent|steered/.test(fix))
  assert.deepEqual(
    told.map(({ subject, problem }) => [subject, problem]),
    [
      ['pe-3', 'has no agent: the proposal for the border of transit cannot be approved'],
      ['transit', 'its proposal cannot be approved: the controller has no agent to ask those of the devices'],
    ],
  )
})

test('missing flows are no problem of a controller that is there for agents, or takes none', () => {
  const device = { name: 'pe-3', interfaces: [] }
  const access = { owners: [{ name: 'acme' }] }
  const problems = (more: object): readonly string[] =>
    itemsOf([], 60_000, [], [], more).flatMap(({ subject }) => (subject === 'pe-3' ? [] : [subject]))
  assert.deepEqual(itemsOf([], 60_000, [], [], { devices: [], sites: [], access }), [])
  assert.deepEqual(problems({ devices: [device], flow: { listen: [], silentAfter: '30s', receiveBuffer: 1 } }), [])
  assert.deepEqual(problems({ devices: [], sites: [] }), ['flows', 'domain', 'domain'])
  assert.deepEqual(problems({ devices: [device], sites: [], access }), ['flows', 'domain', 'domain'])
})
