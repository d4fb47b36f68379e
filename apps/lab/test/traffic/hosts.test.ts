import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contains, parseAddress, parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import { drawPort, hostsOf } from '../../src/traffic/hosts.ts'
import { createRandom } from '../../src/random.ts'

const site = (v4Length: number, v6Length: number): Parameters<typeof hostsOf>[0] => ({
  name: 'office',
  v4Prefix: `10.64.0.0/${v4Length}`,
  v6Prefix: `2001:db8::/${v6Length}`,
  accessBitsPerSecond: 1,
})

describe('hosts of a site', () => {
  test('lie within its prefixes, whatever the lengths', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 27 }), fc.integer({ min: 29, max: 112 }), fc.nat(), (v4, v6, seed) => {
        const random = createRandom(seed)
        for (const [version, text] of [
          [4, `10.64.0.0/${v4}`],
          [6, `2001:db8::/${v6}`],
        ] as const) {
          const hosts = hostsOf(site(v4, v6), version, seed)
          const prefix = parsePrefix(text)
          for (let draw = 0; draw < 5; draw++) {
            assert.ok(contains(prefix, parseAddress(hosts.client(random))))
            assert.ok(contains(prefix, parseAddress(hosts.server(draw * 7, random))))
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  test('leave the first and the last addresses of a small IPv4 prefix alone', () => {
    const hosts = hostsOf(site(27, 64), 4, 1)
    const random = createRandom('draw')
    const last = Array.from({ length: 500 }, () => Number(hosts.client(random).split('.')[3]))
    assert.equal(Math.min(...last), 10)
    assert.equal(Math.max(...last), 30)
  })

  test('are many as clients, some of them busy, and three as servers of an application', () => {
    const hosts = hostsOf(site(16, 48), 6, 1)
    const random = createRandom('draw')
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 2000; draw++) {
      const host = hosts.client(random)
      counts.set(host, (counts.get(host) ?? 0) + 1)
    }
    assert.ok(counts.size > 150)
    assert.ok(Math.max(...counts.values()) > 5 * (2000 / counts.size))
    assert.equal(new Set(Array.from({ length: 100 }, () => hosts.server(4, random))).size, 3)
  })

  test('send from ports 32768..60767', () => {
    const random = createRandom('ports')
    const drawn = Array.from({ length: 1000 }, () => drawPort(random))
    assert.ok(drawn.every((port) => Number.isInteger(port) && port >= 32_768 && port < 60_768))
  })
})
