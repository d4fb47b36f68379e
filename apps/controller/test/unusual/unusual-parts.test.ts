import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema, type Event, type EventName, sentenceOf } from '@vagus/api'
import { type Composition, windowOf } from '@vagus/analytics'
import fc from 'fast-check'
import { IncidentEngine, noIncidents } from '../../src/incidents/incident-engine.ts'
import type { CollectorReport } from '../../src/collector/messages.ts'
import { FaultCounters } from '../../src/unusual/interface-faults.ts'
import { FlapMonitor, flapping } from '../../src/unusual/flap-monitor.ts'
import { MeasuredBy } from '../../src/unusual/measured-by.ts'
import { SeriesReader, type StepReading } from '../../src/unusual/series-reading.ts'
import { UnusualDesk } from '../../src/unusual/unusual-desk.ts'

const config = configSchema.parse({
  devices: [{ name: 'pe-1', role: 'edge', address: '192.0.2.1' }],
  sites: [
    { name: 'office', prefixes: ['10.1.0.0/16'] },
    { name: 'factory', prefixes: ['10.2.0.0/16'] },
  ],
  links: [{ name: 'a-b', a: { node: 'pe-1' }, z: { node: 'office' }, capacity: 1e8 }],
})

/** All of it from one host of the office to one of the factory. */
function compositionOf(bits: number, until: number, sender = '10.1.0.1'): Composition {
  const parts = (key: string) => [{ key, bitsPerSecond: bits, flowsPerSecond: 10 }]
  return {
    window: windowOf(until - 60_000, until),
    bitsPerSecond: bits,
    ipv6BitsPerSecond: 0,
    flowsPerSecond: 10,
    sources: 100,
    destinations: 100,
    parts: {
      src: parts(sender),
      dst: parts('10.2.0.1'),
      pair: parts(`${sender} → 10.2.0.1`),
      conversation: [],
      application: parts('https'),
      sites: parts('office → factory'),
    },
    unlisted: { src: 0, dst: 0, pair: 0, conversation: 0, application: 0, sites: 0 },
  }
}

const nothing = { aToZ: null, zToA: null }
const stepOf = (load: number, composition: Composition, more: Partial<StepReading> = {}) => ({
  config,
  loadOf: () => ({ aToZ: load, zToA: load / 10 }),
  flowLoadOf: () => nothing,
  composition,
  measured: { by: 'x', isWhole: true },
  records: new Map([['pe-1', 50]]),
  silent: new Set<string>(),
  faults: [{ device: 'pe-1', name: 'eth1', link: 'a-b', errors: 0, discards: 0 }],
  peers: [],
  coverage: 0.98,
  ...more,
})

const minute = 60_000
const begin = 1_800_000_000_000

/** A desk in virtual time. `kept` outlives it. */
function createWorld(kept = new Map<string, unknown>()) {
  const events: Event[] = []
  let now = begin
  let load = 1e7
  let more: Partial<StepReading> = {}
  let sender = '10.1.0.1'
  let isAway = false
  let isMute = false
  const composition = (): Composition => compositionOf(load, now - 10_000, sender)
  const create = (): UnusualDesk =>
    new UnusualDesk({
      stepMs: minute,
      read: () =>
        isAway
          ? Promise.reject(new Error('the collector is away'))
          : Promise.resolve(stepOf(load, composition(), more)),
      compose: () => (isMute ? Promise.reject(new Error('the collector is away')) : Promise.resolve(composition())),
      control: {
        get: (key) => (kept.has(key) ? { value: kept.get(key), revision: 1, at: 0 } : undefined),
        put: (key, value) => void kept.set(key, JSON.parse(JSON.stringify(value))),
      },
      tell: ({ event, subject, fields }) => {
        const at = new Date(now).toISOString()
        events.push({ id: events.length + 1, at, event, severity: 'info', subject, fields })
      },
      report: (line) => assert.ok(isAway, line),
    })
  let desk = create()
  return {
    events,
    list: () => desk.list(86_400_000, now),
    async minutes(count: number, change: { load?: number; sender?: string; more?: Partial<StepReading> } = {}) {
      ;({ load = 1e7, sender = '10.1.0.1', more = {} } = change)
      for (let at = 0; at < count; at++) {
        // A little noise, always the same.
        const base = load
        load = base * (1 + 0.03 * Math.sin(at * 7.7))
        now += minute
        await desk.tick(now)
        await desk.tick(now + 3000)
        load = base
      }
    },
    /** Nobody can be asked. */
    async away(count: number) {
      isAway = true
      await this.minutes(count)
      isAway = false
    },
    /** From now on nobody says who it is. */
    mute: () => void (isMute = true),
    /** Nothing runs. */
    sleep: (count: number) => void (now += count * minute),
    restart(minutes: number) {
      desk.stop()
      now += minutes * minute
      desk = create()
    },
  }
}

describe('a desk that holds traffic against its own past', () => {
  test('is silent for a day, then tells of a surge once, with the pair, the host and the end', async () => {
    const world = createWorld()
    await world.minutes(1440)
    assert.deepEqual(world.events, [])
    await world.minutes(5, { load: 6e7, sender: '10.1.0.66' })
    const told = world.events.map(sentenceOf)
    assert.equal(told.length, 1, told.join('\n'))
    assert.match(told[0]!, /^Traffic office → factory: 6\d\.\d Mb\/s instead of 1?\d(\.\d+)? Mb\/s since /)
    assert.match(told[0]!, /, and \d+ more of the same cause; 10\.1\.0\.66 → 10\.2\.0\.1 \(100 % of it\) \(u-1\)$/)
    await world.minutes(10)
    assert.deepEqual(
      world.events.map(({ event }) => event),
      ['traffic.unusual', 'traffic.usual'],
    )
    const [one] = world.list().items
    assert.equal(one!.because, 'as before')
    assert.equal(one!.coverage, 0.98)
    assert.deepEqual(new Set(one!.findings.map(({ kind }) => kind)), new Set(['pair', 'link']))
  })

  test('says nothing where flows are lost, an exporter is silent, or is measured in another way', async () => {
    const world = createWorld()
    await world.minutes(600)
    const none = compositionOf(0, 0)
    await world.minutes(10, { more: { composition: none, measured: { by: 'x', isWhole: false } } })
    await world.minutes(30, { more: { composition: none, measured: { by: 'other', isWhole: true } } })
    await world.minutes(10, { more: { records: new Map([['pe-1', 0]]), silent: new Set(['pe-1']) } })
    assert.deepEqual(world.events.map(sentenceOf), [])
  })

  test('tells of it also where nobody can say who it is', async () => {
    const world = createWorld()
    await world.minutes(600)
    world.mute()
    await world.minutes(3, { load: 6e7 })
    assert.deepEqual(
      world.events.map(({ event }) => event),
      ['traffic.unusual'],
    )
  })

  test('tells of errors at an interface at once', async () => {
    const world = createWorld()
    await world.minutes(600)
    await world.minutes(1, {
      more: { faults: [{ device: 'pe-1', name: 'eth1', link: 'a-b', errors: 900, discards: 0 }] },
    })
    assert.match(sentenceOf(world.events[0]!), /^Errors at pe-1 eth1: 900 instead of 0 since /)
  })

  test('knows what is usual after a restart, and ends what it told before', async () => {
    const world = createWorld()
    await world.minutes(600)
    await world.minutes(2, { load: 6e7 })
    world.restart(3)
    await world.minutes(2)
    assert.deepEqual(
      world.events.map(({ event }) => event),
      ['traffic.unusual', 'traffic.usual'],
    )
    await world.minutes(2, { load: 6e7 })
    assert.equal(world.events.at(-1)!.event, 'traffic.unusual')
    assert.equal(world.events.at(-1)!.subject, 'u-2')
  })
})

describe('a gap', () => {
  for (const gap of ['away', 'sleep'] as const) {
    test(`of hours (${gap}) is none to be surprised after`, async () => {
      const world = createWorld()
      await world.minutes(600)
      await world[gap](180)
      await world.minutes(60, { load: 3e7 })
      assert.deepEqual(world.events.map(sentenceOf), [])
    })

    test(`of hours (${gap}) ends what was told before`, async () => {
      const world = createWorld()
      await world.minutes(600)
      await world.minutes(3, { load: 6e7 })
      await world[gap](180)
      await world.minutes(60, { load: 6e7 })
      assert.deepEqual(
        world.events.map(({ event }) => event),
        ['traffic.unusual', 'traffic.usual'],
      )
      assert.equal(world.list().items[0]!.because, 'lost')
    })
  }

  test('in counters is no burst of errors: they are those of all the time in between', () => {
    const samples = [0, 60_000, 3_660_000].map((at, times) => ({ at, uptimeMs: at, errors: [0, 10, 610][times]! }))
    const faults = new FaultCounters()
    const device = { name: 'pe-1', interfaces: [{ name: 'eth1', index: 1 }] }
    const read = samples.map(({ at, uptimeMs, errors }) => {
      const latest = () => ({ at, uptimeMs, inErrors: errors, outErrors: 0, inDiscards: 0, outDiscards: 0 })
      const state = {
        config: { devices: [device], links: [] },
        directory: { addressOf: () => '192.0.2.1' },
        measurements: { numberAt: () => 0, counters: { latest } },
      }
      return faults.step(state as unknown as Parameters<FaultCounters['step']>[0], minute)[0]!.errors // sound: it reads no more
    })
    assert.deepEqual(read, [null, 10, 10])
  })
})

describe('what is read in a step', () => {
  const keys = (reader: SeriesReader, step: StepReading) => [...reader.read(step).keys()]

  test('has a pair from when it was large enough, and then also while it is gone', () => {
    const reader = new SeriesReader()
    const isPair = (key: string): boolean => key.startsWith('pair ')
    assert.equal(keys(reader, stepOf(0, compositionOf(1000, 0))).filter(isPair).length, 0)
    assert.equal(keys(reader, stepOf(0, compositionOf(5e7, 0))).filter(isPair).length, 1)
    const { parts } = compositionOf(0, 0)
    const gone = { ...compositionOf(0, 0), parts: { ...parts, sites: [] } }
    assert.equal(reader.read(stepOf(0, gone)).get('pair office → factory')!.reading.value, 0)
    assert.equal(keys(new SeriesReader(['pair office → factory']), stepOf(0, gone)).filter(isPair).length, 1)
  })

  test('has new applications also after many came and went', () => {
    const reader = new SeriesReader()
    const of = (name: string) => {
      const { parts, ...rest } = compositionOf(5e7, 0)
      const application = [{ key: name, bitsPerSecond: 5e7, flowsPerSecond: 1 }]
      return keys(reader, stepOf(0, { ...rest, parts: { ...parts, application } }))
    }
    for (let at = 0; at < 32; at++) of(`app-${at}`)
    assert.ok(!of('new').includes('application new'), 'for a day the old ones are followed')
    for (let step = 0; step < 1440; step++) of('app-7')
    const after = of('new')
    assert.ok(after.includes('application new') && after.includes('application app-7'))
    assert.equal(after.filter((key) => key.startsWith('application ')).length, 32)
  })

  test('has a link from flows only where counters are long absent', () => {
    const reader = new SeriesReader()
    const uncounted = { loadOf: () => nothing, flowLoadOf: () => ({ aToZ: 5, zToA: 6 }) }
    const read = () => reader.read(stepOf(0, compositionOf(0, 0), uncounted)).get('link a-b A→Z')!.reading.value
    for (let step = 0; step < 12; step++) assert.ok(Number.isNaN(read()))
    assert.equal(read(), 5)
  })
})

describe('how flows are measured', () => {
  const stream = (records: number, lost: number, rate: number) => ({
    address: '192.0.2.1',
    lastAt: 1000,
    records,
    templates: 1,
    parked: 0,
    sampling: { rate },
    lost: { units: lost, received: records },
  })
  const report = (...streams: readonly ReturnType<typeof stream>[]) =>
    ({ at: 1000, exporters: streams, liveLeftOut: 0, liveLate: 0 }) as unknown as CollectorReport // sound: it reads no more
  const silentAfter = 60_000

  test('is another way with another sampling rate, and no other with more records', () => {
    const measured = new MeasuredBy()
    const [one, more, sampled] = [stream(10, 0, 1), stream(20, 0, 1), stream(30, 0, 100)].map(
      (each) => measured.step(report(each), 0.9, silentAfter).by,
    )
    assert.equal(one, more)
    assert.notEqual(more, sampled)
  })

  test('is not whole in a step in which more than a twentieth was lost', () => {
    const measured = new MeasuredBy()
    const whole = [stream(100, 0, 1), stream(200, 3, 1), stream(300, 13, 1), stream(400, 13, 1)].map(
      (each) => measured.step(report(each), null, silentAfter).isWhole,
    )
    assert.deepEqual(whole, [true, true, false, true])
  })

  test('is not whole while the coverage is another, until it is the usual one: then it is another way', () => {
    const measured = new MeasuredBy()
    const step = (coverage: number | null) => measured.step(report(stream(1, 0, 1)), coverage, silentAfter)
    const before = step(0.95)
    assert.ok(step(0.9).isWhole && step(null).isWhole)
    for (let at = 0; at < 4; at++) assert.ok(!step(0.5).isWhole)
    const after = step(0.5)
    assert.ok(after.isWhole && after.by !== before.by)
  })
})

describe('links that go down again and again', () => {
  test('are told of at the third time within ten minutes, once, and when they are calm', () => {
    const monitor = new FlapMonitor()
    const at = (minutes: number): number => minutes * minute
    assert.deepEqual(
      [0, 4].flatMap((minutes) => monitor.down('a-b', at(minutes))),
      [],
    )
    const [told] = monitor.down('a-b', at(9))
    assert.deepEqual(told!.fields, { link: 'a-b', count: 3, minutes: 10 })
    assert.deepEqual(monitor.down('a-b', at(9.5)), [])
    const links = new Set(['a-b'])
    assert.deepEqual(monitor.step(links, at(30)), [])
    assert.deepEqual(
      monitor.step(links, at(9.5) + flapping.calm).map(({ event }) => event),
      ['link.stable'],
    )
  })

  test('are told as unstable and stable in turn, whenever they go down', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 60 }), (gaps) => {
        const monitor = new FlapMonitor()
        let now = 0
        const told: string[] = []
        for (const gap of gaps) {
          now += gap * minute
          for (const { event } of [...monitor.step(new Set(['x']), now), ...monitor.down('x', now)]) told.push(event)
        }
        assert.ok(
          told.every((event, place) => event === (place % 2 === 0 ? 'link.unstable' : 'link.stable')),
          told.join(),
        )
      }),
    )
  })
})

describe('incidents of what is unusual', () => {
  const topology = { linksOf: () => [], endsOf: () => [] }
  const engineOf = (...all: readonly (readonly [EventName, Event['fields']])[]) => {
    const engine = new IncidentEngine(noIncidents, topology)
    for (const [at, [event, fields]] of all.entries())
      engine.take({ id: at + 1, at: new Date(begin + at).toISOString(), event, fields })
    return engine.step(begin + 5000)
  }
  const unusual = { id: 'u-1', what: 'Link a-b A→Z', now: '9 Mb/s', usual: '1 Mb/s', because: '', links: 'a-b,b-c' }

  test('are one with the congestion that follows, and with the link that is down', () => {
    const congested = ['link.congested', { link: 'b-c', percent: 90 }] as const
    assert.equal(engineOf(['traffic.unusual', unusual], congested).length, 1)
    assert.equal(engineOf(congested, ['traffic.unusual', unusual]).length, 1)
    const down = ['link.down', { link: 'a-b', device: 'a', interface: 'eth1' }] as const
    const [incident, ...others] = engineOf(down, ['traffic.unusual', unusual])
    assert.deepEqual(others, [])
    assert.match(incident!.text, /^Link a-b is down/)
    assert.equal(engineOf(['link.congested', { link: 'z', percent: 90 }], ['traffic.unusual', unusual]).length, 2)
  })
})
