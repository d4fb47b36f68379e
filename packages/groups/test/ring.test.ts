/** Who talks to whom. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Ring } from '../src/ring.ts'
import { idOf } from './simulation.ts'

const idsOf = (count: number) => Array.from({ length: count }, (_, at) => idOf(at))

describe('the ring of members', () => {
  test('brings one copy to each member, from any sender, within log2 n hops', () => {
    for (const count of [1, 2, 9, 10, 16, 17, 100, 256]) {
      const ring = new Ring(idsOf(count))
      for (const sender of [ring.members[0]!, ring.members[count >> 1]!, ring.members.at(-1)!]) {
        const got = new Map([[sender, 0]])
        for (const [member, hops] of got)
          for (const child of ring.children(sender, member)) {
            assert.ok(!got.has(child), `${count}: a second copy`)
            got.set(child, hops + 1)
          }
        assert.equal(got.size, count)
        assert.ok(Math.max(...got.values()) <= Math.ceil(Math.log2(count)) + 1)
      }
    }
  })

  test('has the edges of all trees between neighbours', () => {
    const ring = new Ring(idsOf(37))
    for (const sender of ring.members)
      for (const member of ring.members)
        for (const child of ring.children(sender, member)) {
          assert.ok(ring.neighbours(member, () => false).has(child))
          assert.ok(ring.neighbours(child, () => false).has(member))
        }
  })

  test('joins those who are up, whoever is down', () => {
    const ring = new Ring(idsOf(64))
    const up = ring.members.filter((_, at) => at % 3 === 0)
    const isDown = (member: string): boolean => !up.some((each) => each === member)
    const met = new Set([up[0]!])
    for (const member of met)
      for (const neighbour of ring.neighbours(member, isDown)) if (!isDown(neighbour)) met.add(neighbour)
    assert.equal(met.size, up.length)
  })

  test('lets a sender that does not read in at one place, with others beside', () => {
    const [outside, ...members] = idsOf(20)
    const ring = new Ring(members)
    assert.equal(ring.children(outside!, outside!).length, 1)
    assert.equal(ring.neighbours(outside!, () => false).size, 3)
  })
})
