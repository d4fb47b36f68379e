import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bgpDiffSchema, bgpPeerListSchema, bgpRoutesSchema } from '@vagus/api'
import { linkBandwidth, type PathAttributes } from '@vagus/bgp'
import { bgpDiffOf, bgpPeersOf, bgpRoutesOf, tableNamed } from '../src/index.ts'

const attributes: PathAttributes = {
  origin: 2,
  asPath: [
    { type: 2, as: [65001, 4_200_000_000] },
    { type: 1, as: [3, 4] },
  ],
  mpReach: { afi: 2, safi: 1, nextHop: new Uint8Array(16).fill(1, 15), nlri: new Uint8Array(0) },
  communities: [0xffff_ff01],
  largeCommunities: [{ globalAdministrator: 64512, localData1: 1, localData2: 2 }],
  extendedCommunities: [linkBandwidth({ scope: 'transitive', as: 64512, octetsPerSecond: 125_000 })],
  unknown: [{ flags: 0xc0, code: 129, value: new Uint8Array(3) }],
}

describe('what a speaker says, as resources of the API', () => {
  test('routes show path, next hop, communities and link bandwidth (RFC 10005) as people read them', () => {
    const page = { routes: [{ prefix: '2001:db8::/32', peer: 'b', paths: [{ attributes }] }], total: 1 }
    const [item] = bgpRoutesSchema.parse(bgpRoutesOf('a0', 'rib', 'ipv6-unicast', page)).items
    assert.deepEqual(item!.paths, [
      {
        pathId: null,
        stale: false,
        origin: 'incomplete',
        asPath: '65001 4200000000 {3 4}',
        nextHop: '::1',
        localPref: null,
        med: null,
        communities: ['65535:65281', 'ext:0004fc0047f42400', '64512:1:2'],
        linkBandwidth: 1_000_000,
        unknown: [129],
      },
    ])
  })

  test('peers and differences are what the contract allows, also before a session', () => {
    const peer = {
      name: 'b',
      address: '10.0.0.1',
      as: 65001,
      state: 'idle',
      since: 0,
      flaps: 0,
      received: { 'ipv4-unicast': 0 },
      announced: {},
      messagesIn: 0,
      unsendable: 0,
      messagesOut: 0,
      faults: 0,
    } as const
    const list = bgpPeersOf({ device: null, as: 64512, identifier: '10.0.0.2' }, [peer], 1000)
    assert.equal(bgpPeerListSchema.parse(list).items[0]!.session, null)
    const question = { before: 'rib', after: 'adj-out/b', family: 'ipv4-unicast' } as const
    const diff = bgpDiffOf(null, question, { differences: [{ prefix: '10.0.0.0/8', before: {} }], total: 1 })
    assert.equal(bgpDiffSchema.parse(diff).items[0]!.after, null)
  })

  test('tables are named by their text', () => {
    assert.deepEqual(tableNamed('rib'), { table: 'loc-rib' })
    assert.deepEqual(tableNamed('adj-in/router/1'), { table: 'adj-in', peer: 'router/1' })
    assert.deepEqual(tableNamed('bmp/10.0.0.1/::2/pre-policy'), {
      table: 'bmp',
      router: '10.0.0.1',
      peer: '::2',
      rib: 'pre-policy',
    })
    for (const text of ['', 'adj-in', 'bmp/a/b', 'fib']) assert.equal(tableNamed(text), undefined, text)
  })
})
