/** The tables that strangers fill: what happens at their limits. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ExpiringTable } from '../src/engine/expiring-table.ts'
import { RateLimit } from '../src/engine/rate-limit.ts'
import { defaultLimits, encodeMessage, floodedObjectives } from '../src/index.ts'
import { synchronised } from './asas.ts'
import { globalAddress, linkLocalAddress, VirtualNetwork } from './virtual-network.ts'

describe('ExpiringTable', () => {
  test('the entry written longest ago makes room; writing again makes it young', () => {
    const table = new ExpiringTable<number>(2)
    table.set('a', 1, 100)
    table.set('b', 2, 100)
    table.set('a', 3, 100)
    table.set('c', 4, 100)
    assert.deepEqual([table.get('a', 0), table.get('b', 0), table.get('c', 0), table.size], [3, undefined, 4, 2])
  })

  test('an entry ends at its time, and is swept', () => {
    const table = new ExpiringTable<number>(2)
    table.set('a', 1, 100)
    assert.deepEqual([table.get('a', 99), table.get('a', 100)], [1, undefined])
    assert.deepEqual([...table.entries(100)], [])
    table.sweep(100)
    assert.equal(table.size, 0)
  })
})

describe('RateLimit', () => {
  test('a burst, then as many as come back; neighbours past the limit share one bucket', () => {
    const rate = new RateLimit({ perSecond: 10, burst: 2, neighbours: 2 })
    const take = (neighbour: string, now: number): boolean => rate.take(neighbour, now)
    assert.deepEqual([take('a', 0), take('a', 0), take('a', 0), take('a', 100)], [true, true, false, true])
    assert.equal(take('b', 100), true)
    assert.deepEqual([take('c', 100), take('d', 100), take('e', 100)], [true, true, false])
    assert.equal(rate.size, 3)
    rate.sweep(10_000)
    assert.equal(rate.size, 0)
  })

  test('time that goes back gives nothing', () => {
    const rate = new RateLimit({ perSecond: 10, burst: 1, neighbours: 2 })
    assert.deepEqual([rate.take('a', 1000), rate.take('a', 0), rate.take('a', 50)], [true, false, false])
  })
})

test('floods past the limit push out the one not refreshed for longest', () => {
  const limits = { ...defaultLimits, floods: 3 }
  const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { limits } })
  const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
  for (const [sessionId, name] of ['A', 'B', 'C', 'A', 'D'].entries()) {
    const objectives = [{ objective: { ...synchronised(1), name } }]
    const octets = encodeMessage({ type: 'flood', sessionId, initiator: globalAddress(5), ttl: 0, objectives })
    network.act(0, { type: 'datagram', from, octets })
  }
  const { node } = network.members[0]!
  const kept = ['A', 'B', 'C', 'D'].filter((name) => floodedObjectives(node, name, network.now).length > 0)
  assert.deepEqual(kept, ['A', 'C', 'D'])
})
