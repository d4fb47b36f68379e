import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '@vagus/address'
import { AttributeTable, ipv4Unicast, ipv6Unicast, type Negotiated, RouteRows } from '@vagus/bgp'
import type { Announcement } from '../src/index.ts'
import { outgoingOf } from '../src/routes/outgoing.ts'
import { RoutesIn } from '../src/routes/routes-in.ts'
import { RoutesOut } from '../src/routes/routes-out.ts'
import { secretHash } from '../src/secret-hash.ts'
import { tableOfAdjRibIn, tableOfAnnounced } from '../src/thread/tables.ts'
import { differencesOf } from '../src/thread/views.ts'

const nextHop = new Uint8Array([192, 0, 2, 9])
const nextHop6 = parseAddress('2001:db8::9')
const attributes = { multiExitDisc: 5, localPref: 7, communities: [1, 2] }

test('what a peer was told is what it has, next hops included, of IPv4 and IPv6', async () => {
  for (const kind of ['internal', 'external'] as const) {
    for (const localAddress of ['192.0.2.1', '2001:db8::1']) {
      const context = {
        peer: kind,
        asOctets: 4,
        families: new Set([ipv4Unicast, ipv6Unicast]),
        pathIds: new Set<number>(),
      } as const
      const negotiated: Negotiated = {
        type: 'negotiated',
        peer: kind,
        peerAs: 65002,
        peerIdentifier: 1,
        holdTime: 90,
        receive: context,
        send: context,
        maxLength: 4096,
        refresh: 'none',
        capabilities: [],
      }
      const out = new RoutesOut()
      const announcements: readonly Announcement[] = [
        { prefixes: ['10.0.0.0/8', '2001:db8:1::/48'], attributes: { nextHop }, nextHop6 },
        { prefixes: ['11.0.0.0/8', '2001:db8:2::/48'], attributes: { ...attributes, nextHop } },
        { prefixes: localAddress.includes(':') ? ['2001:db8:3::/48'] : ['12.0.0.0/8'] },
      ]
      for (const one of announcements) out.announce(outgoingOf(one))
      out.begin({ negotiated, localAs: 65001, localAddress })
      const table = new AttributeTable({ own: { as: 1, bgpIdentifier: 1, clusterId: 1 }, hash: secretHash })
      const rowsOf = (family: number) => new RouteRows(family === ipv4Unicast ? 4 : 6, table)
      const options = { name: 'peer', families: ['ipv4-unicast', 'ipv6-unicast'] } as const
      const routesIn = new RoutesIn(options, table, rowsOf, () => undefined)
      routesIn.begin(negotiated)
      for (const message of out.take('without ends')) assert.equal(routesIn.receive(message).type, 'taken')
      for (const [family, rib] of routesIn.unicast) {
        assert.ok(rib.size >= 2)
        const told = tableOfAnnounced(out.told(), family, out.facing)
        assert.deepEqual(await differencesOf(told, tableOfAdjRibIn(rib), 10), { differences: [], total: 0 })
      }
    }
  }
})
