/** Messages to a group, while members come, go, crash and lie. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { begin, chaos } from './chaos.ts'

describe('a group', () => {
  for (const count of [2, 9, 12])
    test(`of ${count} gives each message once to every other member, in the order of its sender`, () => {
      const simulation = begin(count)
      for (const round of [0, 1])
        for (const [number, member] of simulation.members.entries()) {
          assert.equal(simulation.publish(member, `${number} ${round}`), 'published')
          simulation.run(10)
        }
      simulation.run(5000)
      for (const [number, member] of simulation.members.entries()) {
        const texts = simulation.textsOf(member)
        assert.equal(texts.length, 2 * (count - 1), `member ${number}`)
        for (const other of simulation.members.keys()) {
          const own = texts.filter((text) => text.startsWith(`${other} `))
          assert.deepEqual(own, other === number ? [] : [0, 1].map((round) => `${other} ${round}`))
        }
      }
      assert.deepEqual(simulation.reports, [])
    })

  for (const [count, seed] of [
    [4, 1],
    [6, 3],
    [11, 4],
  ] as const)
    test(`of ${count} loses nothing through kills, cuts and partitions, and gives nothing to those who were out`, () => {
      const { sent, delivered, kills } = chaos(count, 20, seed)
      assert.ok(sent > 30 && delivered > sent && kills > 0, `${sent} ${delivered} ${kills}`)
    })
})
