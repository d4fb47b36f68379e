import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import { deviceNlri, deviceTlvs, encodeView, TelemetryTable, type View, viewNlri, viewTlvs } from '@vagus/bgp/telemetry'
import { siteLookup } from '../../src/domain/site-lookup.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { towardSitesOf } from '../../src/estimation/toward-sites.ts'
import { config } from './network.ts'

const now = 1_800_000_000_000
const sites = ['office', 'plant', 'transit']
const numbered = numberedConfig(config)
const siteOf = siteLookup(domainOf(numbered, numberingOf(undefined, numbered)), config)

/** Of pe-1: octets per second by prefix, of so many in all. */
function tableWith(rates: Readonly<Record<string, number>>, total: number): TelemetryTable {
  const table = new TelemetryTable()
  const key = { instance: 0, local: { as: 64512, bgpIdentifier: 1 } }
  const source = { peer: 'pe-1', router: 1 }
  const view: View = {
    kind: 'destination-prefix',
    sequence: now,
    agent: 1n,
    window: 10_000,
    totals: { ipv4: total, ipv6: 0 },
    records: Object.entries(rates).map(([prefix, rate]) => {
      return { key: { type: 'prefix', prefix: parsePrefix(prefix) }, rate, share: Math.round((1000 * rate) / total) }
    }),
  }
  table.receive(source, deviceNlri(key), deviceTlvs('pe-1'), now)
  for (const [page, octets] of encodeView(view).entries()) {
    table.receive(source, viewNlri(key, view.kind, page), viewTlvs(octets), now)
  }
  return table
}

const toward = (table: TelemetryTable | undefined, at = now) => towardSitesOf(table, config, sites, siteOf, at)

test('prefixes that an agent tells are sums toward sites, in bits per second', () => {
  const table = tableWith({ '10.1.2.0/24': 100, '10.1.3.0/24': 50, '198.51.100.0/24': 30 }, 190)
  assert.deepEqual(toward(table).get('pe-1'), [
    { site: 0, rate: 1200 },
    { site: 2, rate: 240 },
  ])
})

test('what is old, or leaves out more than a tenth, tells nothing', () => {
  const rates = { '10.1.2.0/24': 100 }
  assert.equal(toward(tableWith(rates, 110)).size, 1)
  assert.equal(toward(tableWith(rates, 112)).size, 0)
  assert.equal(toward(tableWith(rates, 110), now + 90_001).size, 0)
  assert.equal(toward(undefined).size, 0)
})
