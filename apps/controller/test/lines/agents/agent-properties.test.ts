/** Whatever agents order, change and release, in whatever order, and whatever fails meanwhile: no bound is ever passed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from '@vagus/api/duration'
import fc from 'fast-check'
import { isOfAgent } from '../../../src/lines/line-book.ts'
import { Scene } from '../scene.ts'
import { eastern, twoByTwo, western } from './two-by-two.ts'

const agents = ['did:key:z6MkA', 'did:key:z6MkB', 'did:key:z6MkC'] as const
const bounds = { rate: 20e6, least: 2e6, for: '30m', share: 0.25, count: 3, each: 2, sites: 'own' } as const
const core = ['r1-r2', 'r2-r4', 'r1-r3', 'r3-r4'] as const

const agent = fc.constantFrom(...agents)
// Most of what is asked for is within the bounds of a line, so that those of all lines come to bear.
const rate = fc.constantFrom(1e6, 2e6, 7e6, 12e6, 12e6, 20e6, 20e6, 21e6)
const minutes = fc.constantFrom(1, 10, 20, 30, 30, 45)
const line = fc.integer({ min: 1, max: 6 })
const order = fc.record({
  do: fc.constant('order' as const),
  agent,
  rate,
  minutes,
  from: fc.constantFrom(...eastern),
  to: fc.constantFrom(...western),
  later: fc.constantFrom(0, 0, 5, 20),
})
const act = fc.oneof(
  { arbitrary: order, weight: 8 },
  fc.record({ do: fc.constant('change' as const), agent, line, rate, minutes }),
  fc.record({ do: fc.constant('release' as const), agent, line }),
  fc.record({ do: fc.constant('link' as const), link: fc.constantFrom(...core) }),
  fc.record({ do: fc.constant('own' as const), rate }),
  fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 8, 90) }),
  fc.record({ do: fc.constant('crash' as const) }),
)
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never

async function perform(scene: Scene, one: Act, at: number): Promise<void> {
  const minutesFrom = (count: number): string => new Date(scene.now + count * 60_000).toISOString()
  switch (one.do) {
    case 'order': {
      const { from, to, rate: bitsPerSecond, minutes: lasts, later } = one
      const start = later === 0 ? {} : { start: minutesFrom(later) }
      const wish = { from, to, bitsPerSecond, for: `${lasts}m`, ...start }
      scene.agents.order(one.agent, { ...wish, key: `key-${at}` })
      return
    }
    case 'change':
      await scene.agents.change(one.agent, `line-${one.line}`, {
        bitsPerSecond: one.rate,
        end: minutesFrom(one.minutes),
      })
      return
    case 'release':
      await scene.agents.release(one.agent, `line-${one.line}`)
      return
    case 'link':
      if (!scene.down.delete(one.link)) scene.down.add(one.link)
      return
    case 'own':
      scene.desk.order({ from: 'dc-east', to: 'dc-west', bitsPerSecond: one.rate, for: '10m' }, undefined)
      return
    case 'pass':
      scene.now += (one.seconds - 1) * 1000
      return scene.seconds(1)
    case 'crash':
      scene.crash()
  }
}

/**
 * The most that is booked for agents on a link at once, on the wire. Until its routers have confirmed, a line is booked
 * beyond its end, because one that never answers may keep its part so long: that is no part of what was ordered.
 */
function peakOf({ book }: Scene, link: string, direction: 'a-z' | 'z-a'): number {
  const endOf = (id: string): number => {
    const line = book.find(id)
    return line?.state === 'setting-up' ? line.wish.end : Infinity
  }
  const there = book.bookingsOfAgents
    .filter((one) => one.link === link && one.direction === direction)
    .map((one) => ({ ...one, until: Math.min(one.until, endOf(one.line)) }))
  const sumAt = (at: number): number =>
    there.reduce((sum, one) => (one.from <= at && at < one.until ? sum + one.bitsPerSecond : sum), 0)
  return Math.max(0, ...there.map(({ from }) => sumAt(from)))
}

/** The most lines at once, and the most of a link, over all runs: of what never comes near its bound nothing is shown. */
const reached = { lines: 0, wire: 0 }

function check(scene: Scene): void {
  const open = scene.book.open.filter(isOfAgent)
  assert.ok(open.length <= bounds.count)
  for (const id of agents) assert.ok(open.filter(({ by }) => by.id === id).length <= bounds.each)
  for (const { wish, by } of open) {
    assert.ok(wish.bitsPerSecond <= bounds.rate && wish.bitsPerSecond >= bounds.least)
    assert.ok(wish.end - wish.start <= parseDuration(bounds.for))
    assert.ok([wish.from, wish.to].includes(scene.members.get(by.id!)!.site!))
  }
  reached.lines = Math.max(reached.lines, open.length)
  for (const link of core)
    for (const direction of ['a-z', 'z-a'] as const) {
      const peak = peakOf(scene, link, direction)
      reached.wire = Math.max(reached.wire, peak)
      assert.ok(peak <= bounds.share * 100e6, `${link} ${direction}`)
    }
}

test('no order, change, release, failure or restart takes agents beyond their bounds', async () => {
  const property = fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 16 }), async (acts) => {
    const scene = new Scene(twoByTwo())
    scene.bound(bounds)
    scene.join(agents[0], 'a', 'dc-east')
    scene.join(agents[1], 'b', 'office')
    scene.join(agents[2], 'c', 'dc-west')
    for (const [at, one] of acts.entries()) {
      try {
        await perform(scene, one, at)
      } catch (error) {
        assert.equal((error as Error).name, 'ProblemError', String(error))
      }
      check(scene)
      await scene.settled()
      check(scene)
    }
  })
  await fc.assert(property, { numRuns: 50 })
  assert.ok(reached.lines === bounds.count && reached.wire > 0.8 * bounds.share * 100e6, JSON.stringify(reached))
})
