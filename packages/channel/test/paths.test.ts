import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PathInfo } from '../src/index.ts'
import { type Side, VirtualNetwork } from './virtual-network.ts'

const pathOf = (network: VirtualNetwork, side: Side, id: number): PathInfo =>
  network.sessions[side].paths().find(({ path }) => path === id)!

/** A message of 256 octets every 10 ms from a to b; the largest gap between octets that b reads, milliseconds. */
function gapOf(network: VirtualNetwork, during: () => void): { gap: number; missing: number; duplicated: number } {
  const { a, b } = network.sessions
  const stream = a.openStream({ class: 'dialogue' })!
  let sent = 0
  let got = 0
  let last: number | undefined
  let gap = 0
  network.heard.b = (event) => {
    if (event.type !== 'readable') return
    for (let octets; (octets = b.read(event.stream)) instanceof Uint8Array;) {
      got += octets.length
      if (last !== undefined) gap = Math.max(gap, network.now - last)
      last = network.now
    }
  }
  const start = network.now
  for (let at = 0; at < 4_000; at += 10) {
    network.at(start + at, () => {
      sent += a.write(stream, new Uint8Array(256), 'more')
    })
  }
  network.run(2_000)
  during()
  network.run(4_000)
  return { gap, missing: Math.max(sent - got, 0), duplicated: Math.max(got - sent, 0) }
}

describe('paths', () => {
  test('a second path is proven by challenge and response on both sides before data goes by it', () => {
    const network = new VirtualNetwork(1, { delay: 20 })
    const link = network.link({ delay: 30 })
    network.run(100)
    const id = network.sessions.a.addPath(link.routes.a, network.now)!
    assert.equal(pathOf(network, 'a', id).state, 'validating')
    network.run(200)
    assert.equal(pathOf(network, 'a', id).state, 'alive')
    assert.equal(pathOf(network, 'b', id).state, 'alive')
    assert.equal(pathOf(network, 'a', 0).primary, true)
  })

  test('a silent cut is noticed at srtt + 4 var, and everything goes by the other path at once', () => {
    const gaps: number[] = []
    for (let seed = 1; seed <= 20; seed++) {
      const network = new VirtualNetwork(seed, { delay: 20, jitter: 1 })
      const link = network.link({ delay: 30, jitter: 1 })
      network.run(100)
      network.sessions.a.addPath(link.routes.a, network.now)
      network.run(500)
      const { gap, missing, duplicated } = gapOf(network, () => {
        network.run(10 * network.random())
        network.links[0]!.isCut = true
      })
      assert.equal(missing + duplicated, 0)
      gaps.push(gap)
    }
    gaps.sort((x, y) => x - y)
    assert.ok(gaps[18]! < 250, `gaps ${gaps.join(' ')}`)
  })

  test('a planned move adds no gap beyond the difference of the paths', () => {
    const network = new VirtualNetwork(3, { delay: 20 })
    const link = network.link({ delay: 30 })
    network.run(100)
    network.sessions.a.addPath(link.routes.a, network.now)
    network.run(500)
    const { gap, missing, duplicated } = gapOf(network, () => {
      network.sessions.a.intend({ from: 0, duplicateFor: 500 }, network.now)
      network.run(600)
      network.links[0]!.isCut = true
    })
    assert.equal(missing + duplicated, 0)
    assert.ok(gap <= 10 + 10 + 0.5, `gap of ${gap} ms`)
  })
})
