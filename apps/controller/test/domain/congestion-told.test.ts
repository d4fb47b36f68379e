import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configSchema } from '@vagus/api'
import { linkNlri, linkTlvs, TelemetryTable } from '@vagus/bgp/telemetry'
import type { CollectorReport } from '../../src/collector/messages.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { DomainState } from '../../src/domain-state.ts'
import { measuredLinksOf } from '../../src/telemetry/resources.ts'

const config = configSchema.parse({
  devices: [
    { name: 'pe-1', role: 'edge', address: '192.0.2.1' },
    { name: 'pe-2', role: 'edge', address: '192.0.2.2' },
  ],
  links: [
    {
      name: 'core',
      a: { node: 'pe-1', interface: 'eth1' },
      z: { node: 'pe-2', interface: 'eth1' },
      capacity: 1e9,
    },
  ],
})
const numbered = numberedConfig(config)
const reportAt = (at: number): CollectorReport =>
  ({
    at,
    exporters: [],
    counters: [],
    events: [],
    storeEvents: [],
    totals: { records: 0 },
    receiver: { dropped: 0 },
  }) as unknown as CollectorReport

test('events of congestion are those of the agent that measures the link, also without counters of our own', () => {
  const state = new DomainState(config, domainOf(numbered, numberingOf(undefined, numbered)))
  const table = new TelemetryTable()
  let now = 1e12
  state.follow(() => measuredLinksOf(table, state.config, now))
  const tell = (congested: 'no' | 'out', utilised: number): void => {
    const key = { instance: 0, local: { as: 64512, bgpIdentifier: 1 }, remote: { as: 64600 }, interface: 4 }
    const rates = { threshold: 1e8, drops: 0, received: 0 }
    const measurement = { congested, confidence: 50, sequence: now, agent: 1n, window: 500, ...rates }
    const link = { key, name: 'pe-1:eth1', capacity: 125e6, utilised, measurement }
    table.receive({ peer: 'pe-1', router: 1 }, linkNlri(link.key), linkTlvs(link), now)
  }
  const seconds = (count: number): unknown[] =>
    Array.from({ length: count }, () => state.take(reportAt((now += 1000))))
      .flat()
      .filter(({ event }) => event === 'link.congested' || event === 'link.relieved')
      .map(({ event, subject, fields }) => [event, subject, fields['percent']])
  tell('out', 120e6)
  assert.deepEqual(seconds(9), [['link.congested', 'core', 96]])
  tell('no', 90e6)
  assert.deepEqual(seconds(9), [['link.relieved', 'core', 72]])
})

test('of two ends the one with less capacity says whether the link is full, however often the other repeats itself', () => {
  const state = new DomainState(config, domainOf(numbered, numberingOf(undefined, numbered)))
  const table = new TelemetryTable()
  let now = 1e12
  state.follow(() => measuredLinksOf(table, state.config, now))
  const tell = (at: 1 | 2, capacity: number, utilised: number, received: number): void => {
    const key = { instance: 0, local: { as: 64512, bgpIdentifier: at }, remote: { as: 64512 }, interface: 4 }
    const congested = utilised >= 0.8 * capacity ? 'out' : 'no'
    const rates = { threshold: 0.8 * capacity, drops: 0, received }
    const measurement = { congested, confidence: 100, sequence: now, agent: BigInt(at), window: 500, ...rates } as const
    const link = { key, name: `pe-${at}:eth1`, capacity, utilised, measurement }
    table.receive({ peer: `pe-${at}`, router: at }, linkNlri(link.key), linkTlvs(link), now)
  }
  const events: unknown[] = []
  const by = new Set<string | undefined>()
  for (let second = 0; second < 120; second++, now += 1000) {
    if (second % 30 === 0) tell(1, 12.5e6, 11.9e6, 1e5) // shaped to 100 Mb/s
    if (second % 30 === 15) tell(2, 1.25e9, 1e5, 11.9e6) // the driver says 10 Gb/s
    table.expire(now)
    by.add(measuredLinksOf(table, config, now).get('core')?.by)
    events.push(...state.take(reportAt(now)).map(({ event }) => event))
  }
  assert.deepEqual([...by], ['pe-1'])
  assert.deepEqual(
    events.filter((event) => event === 'link.congested' || event === 'link.relieved'),
    ['link.congested'],
  )
})

test('of two ends with the same capacity the surer one is believed, of those the newer', () => {
  const table = new TelemetryTable()
  const told = (...ends: readonly (readonly [at: 1 | 2, confidence: number, sequence: number])[]): unknown => {
    for (const [at, confidence, sequence] of ends) {
      const key = { instance: 0, local: { as: 64512, bgpIdentifier: at }, remote: { as: 64512 }, interface: 4 }
      const rates = { threshold: 1e8, drops: 0, received: 0 }
      const measurement = { congested: 'no', confidence, sequence, agent: BigInt(at), window: 500, ...rates } as const
      const link = { key, name: `pe-${at}:eth1`, capacity: 125e6, utilised: 1e6, measurement }
      table.receive({ peer: `pe-${at}`, router: at }, linkNlri(link.key), linkTlvs(link), 1e12)
    }
    return measuredLinksOf(table, config, 1e12).get('core')?.by
  }
  assert.equal(told([1, 100, 1e12 - 5000], [2, 50, 1e12 - 1000]), 'pe-1')
  assert.equal(told([2, 100, 1e12 - 500]), 'pe-2')
})
