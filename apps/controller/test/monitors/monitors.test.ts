import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { congestedFrom } from '@vagus/api/thresholds'
import { congestedFrom as congestedForAgents } from '@vagus/bgp/telemetry'
import { CongestionMonitor, readings } from '../../src/monitors/congestion.ts'
import { LinkStateMonitor } from '../../src/monitors/link-state.ts'
import { OverflowMonitor, overflowPause } from '../../src/monitors/overflow.ts'
import { SilenceMonitor } from '../../src/monitors/silence.ts'

describe('the silence monitor', () => {
  const devices: ReadonlySet<string> = new Set(['pe-1'])

  test('tells once that an exporter fell silent, and once that it is back, with the seconds of its silence', () => {
    const monitor = new SilenceMonitor()
    const at = (lastAt: number, now: number): readonly unknown[] =>
      monitor.step([{ device: 'pe-1', lastAt }], devices, 30_000, now)
    assert.deepEqual(at(1000, 30_999), [])
    assert.deepEqual(at(1000, 31_000), [
      { event: 'exporter.silent', subject: 'pe-1', fields: { device: 'pe-1', seconds: 30 } },
    ])
    assert.ok(monitor.isSilent('pe-1'))
    assert.deepEqual(at(1000, 60_000), [])
    assert.deepEqual(at(61_000, 61_000), [
      { event: 'exporter.resumed', subject: 'pe-1', fields: { device: 'pe-1', seconds: 60 } },
    ])
    assert.deepEqual(at(61_000, 62_000), [])
  })

  test('forgets exporters that the collector forgot, but not configured devices', () => {
    const monitor = new SilenceMonitor()
    const names = ['pe-1', '192.0.2.9']
    const both = (lastAt: number, now: number): readonly string[] =>
      monitor
        .step(
          names.map((device) => ({ device, lastAt })),
          devices,
          30_000,
          now,
        )
        .map(({ event, subject }) => `${event} ${subject}`)
    assert.deepEqual(both(0, 30_000), ['exporter.silent pe-1', 'exporter.silent 192.0.2.9'])
    monitor.step([], devices, 30_000, 31_000)
    assert.deepEqual(both(32_000, 32_000), ['exporter.resumed pe-1'])
  })

  test('goes on after more exporters than the collector ever knows at once fell silent and were forgotten', () => {
    const monitor = new SilenceMonitor()
    for (let turn = 0; turn < 3; turn++) {
      const flood = Array.from({ length: 16_384 }, (_, host) => ({ device: `${turn}.${host}`, lastAt: 0 }))
      assert.equal(monitor.step(flood, devices, 30_000, 30_000).length, 16_384)
    }
    assert.equal(monitor.step([{ device: '192.0.2.9', lastAt: 0 }], devices, 30_000, 30_000).length, 1)
  })

  test('tells no silence of less than nothing where the clock was set back', () => {
    const monitor = new SilenceMonitor()
    const at = (lastAt: number, now: number): unknown =>
      monitor.step([{ device: 'pe-1', lastAt }], devices, 30_000, now)[0]?.fields['seconds']
    assert.equal(at(3_600_000, 3_630_000), 30)
    assert.equal(at(40_000, 40_000), 0)
  })
})

describe('the link state monitor', () => {
  const reading = (state: 'up' | 'down' | 'unknown') => [{ link: 'a-b', state, device: 'a', interface: 'eth0' }]

  test('tells down and up once each, with the seconds between', () => {
    const monitor = new LinkStateMonitor()
    assert.deepEqual(monitor.step(reading('up'), 0), [])
    assert.equal(monitor.step(reading('down'), 1000)[0]?.event, 'link.down')
    assert.deepEqual(monitor.step(reading('down'), 2000), [])
    assert.deepEqual(monitor.step(reading('up'), 8000), [
      { event: 'link.up', subject: 'a-b', fields: { link: 'a-b', device: 'a', interface: 'eth0', seconds: 7 } },
    ])
  })

  test('takes a device that is not heard of for no change', () => {
    const monitor = new LinkStateMonitor()
    monitor.step(reading('down'), 0)
    assert.deepEqual(monitor.step(reading('unknown'), 1000), [])
    assert.equal(monitor.step(reading('up'), 2000)[0]?.event, 'link.up')
  })

  test('forgets links that are configured no more', () => {
    const monitor = new LinkStateMonitor()
    monitor.step(reading('down'), 0)
    monitor.step([], 1000)
    assert.deepEqual(monitor.step(reading('up'), 2000), [])
  })
})

describe('the congestion monitor', () => {
  test('calls a link congested from the load on at which command line and page mark it', () => {
    assert.equal(congestedForAgents, congestedFrom)
  })

  const feed = (monitor: CongestionMonitor, ...loads: readonly (number | null)[]): readonly string[] =>
    loads.flatMap((utilisation) => monitor.step([{ link: 'l', utilisation }]).map(({ event }) => event))

  test('tells congestion from 80 % on, after five readings', () => {
    const monitor = new CongestionMonitor()
    assert.deepEqual(feed(monitor, 0.8, 0.85, 0.9, 0.9), [])
    assert.deepEqual(monitor.step([{ link: 'l', utilisation: 0.914 }]), [
      { event: 'link.congested', subject: 'l', fields: { link: 'l', percent: 91 } },
    ])
    assert.ok(monitor.isCongested('l'))
  })

  test('takes peaks of two readings for none', () => {
    const peaks = Array.from({ length: 60 }, (_, i) => (i % 5 < 2 ? 0.9 : 0.5))
    assert.deepEqual(feed(new CongestionMonitor(), ...peaks), [])
  })

  test('takes what an agent calls congested for a few seconds now and then for bursts', () => {
    const monitor = new CongestionMonitor()
    const events = Array.from({ length: 120 }, (_, i) =>
      monitor.step([{ link: 'l', utilisation: 0.95, told: i % 12 < 4 ? 'congested' : 'calm' }]),
    )
    assert.deepEqual(events.flat(), [])
  })

  test('tells relief only below 75 %, as agents do: a load that swings about the threshold makes one event', () => {
    const monitor = new CongestionMonitor()
    const swing = Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? 0.82 : 0.78))
    assert.deepEqual(feed(monitor, 0.9, 0.9, 0.9, 0.9, 0.9, ...swing), ['link.congested'])
    assert.deepEqual(feed(monitor, ...Array.from({ length: 7 }, () => 0.74)), [])
    assert.deepEqual(feed(monitor, 0.74), ['link.relieved'])
  })

  test('follows the agent where one tells, whatever the figure', () => {
    const monitor = new CongestionMonitor()
    const hear = (told: 'congested' | 'calm', utilisation: number): readonly string[] =>
      Array.from({ length: readings.window }, () => monitor.step([{ link: 'l', utilisation, told }]))
        .flat()
        .map(({ event }) => event)
    assert.deepEqual(hear('calm', 0.9), [])
    assert.deepEqual(hear('congested', 0.72), ['link.congested'])
    assert.deepEqual(hear('congested', 0.6), [])
    assert.deepEqual(hear('calm', 0.78), ['link.relieved'])
  })

  test('tells the highest load for which a link is congested, and not what is left of it', () => {
    const monitor = new CongestionMonitor()
    const hear = (told: 'congested' | 'calm', utilisation: number) => monitor.step([{ link: 'l', utilisation, told }])
    for (const utilisation of [0.97, 0.91, 0.88, 0.81]) hear('congested', utilisation)
    hear('calm', 0.99)
    assert.deepEqual(hear('congested', 0.52)[0]?.fields, { link: 'l', percent: 97 })
  })

  test('takes what is not known for no reading', () => {
    const gaps = Array.from({ length: readings.congested * 2 }, (_, i) => (i % 2 === 0 ? 0.9 : null))
    assert.deepEqual(feed(new CongestionMonitor(), ...gaps), ['link.congested'])
  })
})

test('the overflow monitor tells what was dropped since it told last, and not more often than its pause', () => {
  const monitor = new OverflowMonitor()
  assert.deepEqual(monitor.step(0, 0), [])
  assert.deepEqual(monitor.step(7, 1000)[0]?.fields, { count: 7 })
  assert.deepEqual(monitor.step(9, 2000), [])
  assert.deepEqual(monitor.step(12, 1000 + overflowPause)[0]?.fields, { count: 5 })
  assert.deepEqual(monitor.step(12, 100_000), [])
  assert.deepEqual(monitor.step(13, 50_000)[0]?.fields, { count: 1 }, 'the clock was set back')
})
