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
  assert.deepEqual(seconds(4), [['link.congested', 'core', 96]])
  tell('no', 90e6)
  assert.deepEqual(seconds(4), [['link.relieved', 'core', 72]])
})
