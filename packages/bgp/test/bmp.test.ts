import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  AttributeTable,
  BmpFramer,
  type BmpMessage,
  decodeBmp,
  encodeMessage,
  ipv4Unicast,
  MonitoredRouter,
  openOf,
  routesOf,
  type SessionConfig,
} from '../src/index.ts'
import { hash } from './hash.ts'
import { concat, hex, message } from './octets.ts'

const config: SessionConfig = {
  localAs: 65001,
  bgpIdentifier: 1,
  peerAs: 65002,
  mode: 'active',
  holdTime: 90,
  families: [{ afi: 1, safi: 1 }],
}
const open = encodeMessage(openOf(config))
/** RFC 7854 §4.1, §4.2: `flags` say which table. */
const header = (flags: string): Uint8Array =>
  hex(`00 ${flags} 0000000000000000 000000000000000000000000 0a000001 0000fdea 0a000002 00000001 0007a120`)
const bmp = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = concat(...parts)
  const octets = concat(hex('03 00000000'), new Uint8Array([type]), body)
  new DataView(octets.buffer).setUint32(1, octets.length)
  return octets
}
const update = message(2, hex('0000 0014 40010100 4002060201 0000fdea 4003040a000001 18c00002'))
const withdrawal = message(2, hex('0004 18c00002 0000'))
const peerUp = bmp(3, header('00'), hex('000000000000000000000000 0a000009 00b3 c350'), open, open)
const initiation = bmp(4, hex('0001 0003 465252 0002 0002 7231 0000 0001 0a'))

describe('BMP (RFC 7854)', () => {
  test('Initiation says who the router is; control characters do not reach a screen (§4.3, §4.4)', () => {
    const texts = { description: 'FRR', name: 'r1', others: [' '] }
    assert.deepEqual(decodeBmp(initiation), { type: 'initiation', texts })
  })

  test('Peer Up has both OPEN messages and our address (§4.10)', () => {
    const got = decodeBmp(peerUp) as BmpMessage & { type: 'peer-up' }
    assert.equal(got.type, 'peer-up')
    assert.deepEqual([got.sent.myAs, got.received.holdTime, got.peer.at], [65001, 90, 1500])
    assert.deepEqual([...got.localAddress.subarray(10)], [255, 255, 10, 0, 0, 9])
  })

  test('flags say which table: L of RFC 7854 §4.2, O of RFC 8671 §4, type 3 of RFC 9069 §4', () => {
    for (const [flags, rib] of [
      ['00', 'pre-policy'],
      ['40', 'post-policy'],
      ['10', 'adj-out-pre-policy'],
      ['50', 'adj-out-post-policy'],
    ] as const) {
      const got = decodeBmp(bmp(0, header(flags), update)) as BmpMessage & { type: 'route-monitoring' }
      assert.equal(got.peer.rib, rib)
    }
    const locRib = bmp(0, header('00'), update)
    locRib[6] = 3
    assert.equal((decodeBmp(locRib) as BmpMessage & { type: 'route-monitoring' }).peer.rib, 'loc-rib')
  })

  test('statistics of 32 and 64 bits and by family (§4.8); a length that is none of them is skipped', () => {
    const counters = hex(
      '00000004 0000 0004 00000007 0007 0008 0000000000000009 0009 000b 0001 01 000000000000000a 0001 0001 ff',
    )
    const got = decodeBmp(bmp(1, header('00'), counters)) as BmpMessage & { type: 'statistics' }
    assert.deepEqual(
      [...got.counters],
      [
        ['0', 7n],
        ['7', 9n],
        ['9 1/1', 10n],
      ],
    )
  })

  test('statistics above 256 of one message are left out', () => {
    const counters = Array.from({ length: 2000 }, (_, type) =>
      hex(`${type.toString(16).padStart(4, '0')} 0004 00000007`),
    )
    const got = decodeBmp(bmp(1, header('00'), hex('000007d0'), ...counters)) as BmpMessage & { type: 'statistics' }
    assert.deepEqual([got.counters.size, got.counters.get('255'), got.counters.get('256')], [256, 7n, undefined])
  })

  test('Peer Down by a NOTIFICATION carries it (§4.9)', () => {
    const got = decodeBmp(bmp(2, header('00'), hex('03'), message(3, hex('0602'))))
    assert.ok(got.type === 'peer-down' && got.reason === 3 && got.notification?.subcode === 2)
  })
})

describe('a monitored router', () => {
  const table = (): AttributeTable => new AttributeTable({ own: { as: 0, bgpIdentifier: 0, clusterId: 0 }, hash })

  test('keeps each table of each peer, and forgets them with the peer', () => {
    const attributes = table()
    const router = new MonitoredRouter({ table: attributes })
    for (const octets of [initiation, peerUp, bmp(0, header('00'), update), bmp(0, header('40'), update)]) {
      router.receive(decodeBmp(octets))
    }
    const peer = router.peers.get('10.0.0.1')!
    const sizes = () => [...peer.ribs].map(([name, { ribs }]) => [name, ribs.get(ipv4Unicast)!.size])
    assert.deepEqual(sizes(), [
      ['pre-policy', 1],
      ['post-policy', 1],
    ])
    const [route] = routesOf(peer.ribs.get('pre-policy')!.ribs.get(ipv4Unicast)!)
    assert.deepEqual(route!.attributes.asPath, [{ type: 2, as: [65002] }])
    router.receive(decodeBmp(bmp(0, header('40'), withdrawal)))
    assert.deepEqual(sizes(), [
      ['pre-policy', 1],
      ['post-policy', 0],
    ])
    router.receive(decodeBmp(bmp(2, header('00'), hex('04'))))
    assert.deepEqual([peer.state, peer.ribs.size, attributes.size], ['down', 0, 0])
  })

  test('an UPDATE that lies about its length is ignored, and said', () => {
    const router = new MonitoredRouter({ table: table() })
    const got = router.receive(decodeBmp(bmp(0, header('00'), update, hex('00'))))
    assert.ok(got.type === 'ignored' && got.problem !== undefined)
  })

  test('no octets make it throw, and none are kept beyond one message', () => {
    const seeds = [
      initiation,
      peerUp,
      bmp(0, header('00'), update),
      bmp(1, header('00'), hex('00000001 0000 0004 00000007')),
    ]
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...seeds), fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        (mutations, chunk) => {
          const router = new MonitoredRouter({ table: table(), maxPrefixes: 10 })
          const framer = new BmpFramer()
          const stream = concat(
            ...mutations.map(([seed, at, value]) => {
              const octets = seed.slice()
              octets[at % octets.length] = value
              return octets
            }),
          )
          for (let at = 0; at < stream.length; at += chunk) {
            const problem = framer.push(
              stream.subarray(at, at + chunk),
              (octets) => void router.receive(decodeBmp(octets)),
            )
            if (problem !== undefined) break
            assert.ok(framer.waiting <= stream.length)
          }
          router.clear()
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a length above the limit ends the stream when the header is there, whatever the chunks', () => {
    for (const chunk of [1, 6, 100]) {
      const framer = new BmpFramer()
      const octets = hex('03 7fffffff 00 00')
      let problem: unknown
      for (let at = 0; at < octets.length && problem === undefined; at += chunk) {
        problem = framer.push(octets.subarray(at, at + chunk), () => assert.fail('no message'))
      }
      assert.ok(problem !== undefined, `chunks of ${chunk}`)
    }
  })
})
