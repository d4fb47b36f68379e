import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import type { ExporterState } from '@vagus/flow'
import { deviceExports } from '../../src/domain/device-state.ts'
import { createDirectory } from '../../src/domain/directory.ts'
import { historyStep, LoadHistory } from '../../src/domain/load-history.ts'
import { type CounterReading, Measurements } from '../../src/domain/measurements.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { RecordRate } from '../../src/domain/record-rate.ts'
import { DomainState } from '../../src/domain-state.ts'

const config = configSchema.parse({
  devices: [
    { name: 'pe-1', role: 'edge', address: '192.0.2.1', interfaces: [{ name: 'eth0', index: 2 }] },
    { name: 'pe-2', role: 'edge', address: '2001:DB8::0002', interfaces: [{ name: 'eth0', index: 2 }] },
  ],
  links: [
    {
      name: 'pe-1-pe-2',
      a: { node: 'pe-1', interface: 'eth0' },
      z: { node: 'pe-2', interface: 'eth0' },
      capacity: 1_000_000,
    },
  ],
})
const numbered = numberedConfig(config)
const domain = domainOf(numbered, numberingOf(undefined, numbered))

const reading = (address: string, at: number, more: Partial<CounterReading> = {}): CounterReading => ({
  exporter: 1,
  address,
  ifIndex: 2,
  ifName: 'eth0',
  at,
  uptimeMs: at,
  ifSpeed: 0,
  adminUp: true,
  operUp: true,
  inOctets: BigInt(at), // 8 kbit/s
  outOctets: BigInt(at * 2),
  inPackets: 0,
  outPackets: 0,
  inDiscards: 0,
  outDiscards: 0,
  inErrors: 0,
  outErrors: 0,
  ...more,
})

describe('numbering', () => {
  const names = (...sites: readonly string[]) =>
    numberedConfig(configSchema.parse({ sites: sites.map((name, i) => ({ name, prefixes: [`10.${i}.0.0/16`] })) }))

  test('keeps the number of a site when the list is sorted anew, and of one that is gone', () => {
    const first = numberingOf(undefined, names('office', 'factory'))
    const second = numberingOf(first, names('dc', 'office'))
    assert.deepEqual(second.sites, ['office', 'factory', 'dc'])
    const { sites } = domainOf(names('dc', 'office'), second)
    assert.deepEqual(
      sites.map(({ name, prefixes }) => [name, prefixes]),
      [
        ['office', ['10.1.0.0/16']],
        ['factory', []],
        ['dc', ['10.0.0.0/16']],
      ],
    )
  })

  test('takes well-known applications where none are configured', () => {
    assert.ok(names().applications.some(({ name }) => name === 'https'))
  })
})

describe('the directory', () => {
  const directory = createDirectory(config)
  test('finds devices by their address in any spelling', () => {
    assert.equal(directory.deviceAt('2001:db8::2')?.name, 'pe-2')
    assert.equal(directory.deviceAt('192.0.2.9'), undefined)
  })

  test('knows which way an interface measures its link', () => {
    assert.deepEqual(
      directory.endsOf('pe-1-pe-2').map(({ device, direction }) => [device.name, direction]),
      [
        ['pe-1', 'a-to-z'],
        ['pe-2', 'z-to-a'],
      ],
    )
  })
})

describe('measurements', () => {
  const newMeasurements = (): Measurements => new Measurements(createDirectory(config), domain)
  const seconds = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 100_000 + i * 1000)

  test('give the rate of a link in both directions, as its end sees it', () => {
    const measurements = newMeasurements()
    for (const at of seconds(11)) measurements.take([reading('192.0.2.1', at)], at)
    const { aToZ, zToA } = measurements.linkRate('pe-1-pe-2', 110_000)
    assert.deepEqual([Math.round(aToZ!), Math.round(zToA!)], [16_000, 8000])
  })

  test('take the other end where the first one is not heard of, turned round', () => {
    const measurements = newMeasurements()
    for (const at of seconds(11)) measurements.take([reading('2001:db8::2', at)], at)
    const { aToZ, zToA } = measurements.linkRate('pe-1-pe-2', 110_000)
    assert.deepEqual([Math.round(aToZ!), Math.round(zToA!)], [8000, 16_000])
  })

  test('go on with samples of a clock that was set back, and do not hear later what was heard before', () => {
    const measurements = newMeasurements()
    const hour = 3_600_000
    measurements.take([reading('192.0.2.1', hour), reading('2001:db8::2', hour)], hour)
    for (const at of seconds(30)) measurements.take([reading('192.0.2.1', at)], at)
    assert.equal(Math.round(measurements.linkRate('pe-1-pe-2', 129_000).aToZ!), 16_000)
    assert.ok(measurements.isHeard('192.0.2.1', 129_000))
    assert.ok(!measurements.isHeard('2001:db8::2', 129_000))
  })

  test('say down when one end is down, and unknown when nothing is heard any more', () => {
    const measurements = newMeasurements()
    const at = 100_000
    assert.equal(measurements.linkState('pe-1-pe-2', at).state, 'unknown')
    measurements.take([reading('192.0.2.1', at), reading('2001:db8::2', at, { operUp: false })], at)
    assert.deepEqual(measurements.linkState('pe-1-pe-2', at), {
      link: 'pe-1-pe-2',
      state: 'down',
      device: 'pe-2',
      interface: 'eth0',
    })
    assert.equal(measurements.linkState('pe-1-pe-2', at + 16_000).state, 'unknown')
    assert.deepEqual(measurements.linkRate('pe-1-pe-2', at + 16_000), { aToZ: null, zToA: null })
  })

  test('take an interface that its device reports no more for down', () => {
    const measurements = newMeasurements()
    measurements.take([reading('192.0.2.1', 100_000)], 100_000)
    measurements.take([reading('192.0.2.1', 120_000, { ifIndex: 3 })], 120_000)
    assert.equal(measurements.interfaceState('192.0.2.1', 2, 120_000), 'down')
  })

  test('pass over samples of addresses that are no device', () => {
    const measurements = newMeasurements()
    measurements.take([reading('192.0.2.9', 100_000)], 100_000)
    assert.deepEqual(measurements.counters.interfaces(), [])
  })
})

describe('load history', () => {
  test('has one entry a step, and null where nothing was known', () => {
    const history = new LoadHistory()
    const at = (step: number): number => 1_000_000_000 + step * historyStep
    for (const step of [0, 1, 3]) history.add('l', { aToZ: step, zToA: null }, at(step))
    const series = history.series('l', 4 * historyStep, at(4))
    assert.deepEqual(series, { from: at(0), aToZ: [0, 1, null, 3], zToA: [null, null, null, null] })
    assert.equal(history.series('other', 60_000, at(4)), undefined)
  })

  test('forgets what is older than an hour', () => {
    const history = new LoadHistory()
    history.add('l', { aToZ: 1, zToA: 1 }, 1_000_000_000)
    history.add('l', { aToZ: 2, zToA: 2 }, 1_000_000_000 + 2 * 3_600_000)
    const series = history.series('l', 3_600_000, 1_000_000_000 + 2 * 3_600_000 + historyStep)
    assert.deepEqual(
      series?.aToZ.filter((value) => value !== null),
      [2],
    )
  })

  test('goes on by a clock that was set back, without what it said before', () => {
    const history = new LoadHistory()
    history.add('l', { aToZ: 1, zToA: 1 }, 1_000_000_000 + 1_800_000)
    history.add('l', { aToZ: 2, zToA: 2 }, 1_000_000_000)
    const series = history.series('l', historyStep, 1_000_000_000 + historyStep)
    assert.deepEqual(series?.aToZ, [2])
  })
})

describe('exports of a device', () => {
  const stream = (more: Partial<ExporterState>): ExporterState => ({
    exporter: 1,
    address: '192.0.2.1',
    port: 1,
    domain: 0,
    protocol: 'ipfix',
    firstAt: 0,
    lastAt: 0,
    datagrams: 1,
    records: 1,
    counterSamples: 0,
    templates: 1,
    parked: 0,
    parkedDropped: 0,
    malformed: 0,
    lost: {
      unit: 'records',
      rule: '',
      units: 0,
      received: 1,
      lastHour: { units: 0, received: 1 },
      share: 0,
      undetermined: 0,
    },
    sampling: undefined,
    ...more,
  })

  test('are never, exporting or silent; interface counters alone are no export of flows', () => {
    const counters = stream({ protocol: 'sflow5', records: 0, templates: 0, counterSamples: 9, lastAt: 99_000 })
    assert.equal(deviceExports([counters], 30_000, 100_000).state, 'never')
    assert.equal(deviceExports([counters, stream({ lastAt: 80_000 })], 30_000, 100_000).state, 'exporting')
    assert.equal(deviceExports([counters, stream({ lastAt: 60_000 })], 30_000, 100_000).state, 'silent')
  })

  test('are undecoded while data comes but no template ever did', () => {
    const waiting = stream({ records: 0, templates: 0, parked: 3, lastAt: 99_000 })
    assert.equal(deviceExports([waiting], 30_000, 100_000).state, 'undecoded')
    assert.equal(deviceExports([waiting, stream({ lastAt: 80_000 })], 30_000, 100_000).state, 'exporting')
    assert.equal(deviceExports([waiting], 30_000, 200_000).state, 'silent')
  })

  test('tell loss and sampling over all streams', () => {
    const lastHour = { units: 1, received: 3 }
    const lost = { unit: 'records', rule: '', units: 90, received: 91, lastHour, share: 0.25, undetermined: 0 } as const
    const found = deviceExports([stream({ lost }), stream({ sampling: { rate: 100, from: 'record' } })], 1000, 0)
    assert.equal(found.lostShare, 0.2)
    assert.equal(found.samplingRate, 100)
  })
})

test('a new configuration takes over the loads of links that stay, by their names', () => {
  const state = new DomainState(config, domain)
  const { history } = state.measurements
  for (const link of ['pe-1-pe-2', 'gone']) history.add(link, { aToZ: 1, zToA: null }, historyStep)
  state.setConfig(configSchema.parse({ ...config, domain: 'other' }), domain)
  const known = (link: string) => state.measurements.history.series(link, historyStep, 2 * historyStep)?.aToZ
  assert.deepEqual([known('pe-1-pe-2'), known('gone')], [[1], undefined])
})

test('the record rate is that of the last ten seconds, and begins anew after a restart', () => {
  const rate = new RecordRate()
  assert.equal(rate.perSecond, 0)
  for (let second = 0; second <= 30; second++) rate.add(second < 20 ? 0 : (second - 20) * 50, second * 1000)
  assert.equal(rate.perSecond, 50)
  rate.add(5, 31_000)
  assert.equal(rate.perSecond, 0)
  rate.add(9, 20_000)
  rate.add(19, 21_000)
  assert.equal(rate.perSecond, 10, 'the clock was set back')
})
