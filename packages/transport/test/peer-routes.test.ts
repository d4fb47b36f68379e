import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PeerRoutes } from '../src/paths/peer-routes.ts'
import { UdpRoute } from '../src/paths/udp.ts'

/** As on a listening socket. */
function opened(routes: PeerRoutes<UdpRoute>, key: number): UdpRoute {
  const route = new UdpRoute(`udp://192.0.2.1:${key}`, { address: '192.0.2.1', port: key }, key, {
    text: 'udp://192.0.2.2:7601',
    send: () => undefined,
    use: (used) => routes.use(used),
    end: (ended) => routes.end(ended),
  })
  routes.add(route)
  return route
}

describe('routes of a listening UDP socket', () => {
  test('stay where a session uses them, from however many addresses strangers send', () => {
    const routes = new PeerRoutes<UdpRoute>()
    const used = opened(routes, 0)
    used.used()
    const unused = opened(routes, 1)
    for (let key = 2; key < 5000; key++) opened(routes, key)
    assert.equal(routes.get(0), used)
    assert.equal(routes.get(1), undefined)
    assert.notEqual(routes.get(4999), undefined)
    unused.used() // too late
    assert.equal(routes.get(1), undefined)
  })

  test('are dropped at the limit, the one that was used first', () => {
    const routes = new PeerRoutes<UdpRoute>({ used: 100, unused: 10 })
    for (let key = 0; key <= 100; key++) opened(routes, key).used()
    assert.equal(routes.get(0), undefined)
    assert.notEqual(routes.get(1), undefined)
    assert.notEqual(routes.get(100), undefined)
  })

  test('end by themselves: a newer one to the same address stays', () => {
    const routes = new PeerRoutes<UdpRoute>()
    const old = opened(routes, 0)
    old.used()
    old.close()
    assert.equal(routes.get(0), undefined)
    const newer = opened(routes, 0)
    old.close()
    assert.equal(routes.get(0), newer)
    newer.used()
    old.close()
    assert.equal(routes.get(0), newer)
    newer.close()
    assert.equal(routes.get(0), undefined)
  })
})
