import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatOctets } from '../src/octets.ts'
import { octetsOf, type Side, VirtualNetwork } from './virtual-network.ts'

const lan = { delay: 5 }

/** Reads all that comes on any stream of `side`. */
function collect(network: VirtualNetwork, side: Side): Map<number, { octets: Uint8Array; isAtEnd: boolean }> {
  const streams = new Map<number, { octets: Uint8Array; isAtEnd: boolean }>()
  network.heard[side] = (event) => {
    if (event.type !== 'readable') return
    const stream = streams.get(event.stream) ?? { octets: new Uint8Array(0), isAtEnd: false }
    streams.set(event.stream, stream)
    for (let read; (read = network.sessions[side].read(event.stream)) !== undefined;) {
      if (read === 'end') {
        stream.isAtEnd = true
        break
      }
      stream.octets = concatOctets(stream.octets, read)
    }
  }
  return streams
}

/** Writes `octets` as there is room, then ends. */
function feed(network: VirtualNetwork, side: Side, stream: number, octets: Uint8Array): () => void {
  let at = 0
  let isDone = false
  return () => {
    if (isDone) return
    at += network.sessions[side].write(stream, octets.subarray(at), 'fin')
    isDone = at === octets.length
  }
}

describe('a session', () => {
  test('carries a request and its answer, and says when both were delivered', () => {
    const network = new VirtualNetwork(1, lan)
    const { a, b } = network.sessions
    const atA = collect(network, 'a')
    const atB = collect(network, 'b')
    const stream = a.openStream({ class: 'call' })!
    a.write(stream, Uint8Array.of(1, 2, 3), 'fin')
    network.run(30)
    assert.deepEqual(atB.get(stream), { octets: Uint8Array.of(1, 2, 3), isAtEnd: true })
    b.write(stream, Uint8Array.of(4, 5), 'fin')
    network.run(30)
    assert.deepEqual(atA.get(stream), { octets: Uint8Array.of(4, 5), isAtEnd: true })
    for (const side of ['a', 'b'] as const) {
      assert.ok(network.events[side].some(({ type }) => type === 'delivered'))
      assert.ok(network.events[side].some(({ type }) => type === 'confirmed'))
    }
  })

  for (const kind of ['datagram', 'message', 'stream'] as const) {
    test(`carries a megabyte over a ${kind} path in order`, () => {
      const network = new VirtualNetwork(2, { ...lan, kind })
      const atB = collect(network, 'b')
      const octets = octetsOf(network.random, 1_000_000)
      const stream = network.sessions.a.openStream({ class: 'bulk' })!
      network.run(2_000, feed(network, 'a', stream, octets))
      assert.equal(atB.get(stream)?.isAtEnd, true)
      assert.deepEqual(atB.get(stream)?.octets, octets)
    })
  }
})
