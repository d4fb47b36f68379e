import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  bookingsOfLine,
  defaultLineConfig as config,
  hasEnded,
  type Line,
  type LineOrder,
  nextTick,
} from '../src/index.ts'
import { World } from './life-world.ts'
import { attachmentAt, hour, linkBetween, minute, networkOf, second } from './networks.ts'

const core = networkOf(
  [
    linkBetween('R1', 'R2'),
    linkBetween('R2', 'R4'),
    linkBetween('R1', 'R3'),
    linkBetween('R3', 'R4'),
    linkBetween('R2', 'R3', { bitsPerSecond: 60e6 }),
    linkBetween('R4', 'R5'),
    linkBetween('R3', 'R5'),
  ],
  [attachmentAt('east', 'R1'), attachmentAt('west', 'R4'), attachmentAt('south', 'R5')],
)
const sites = fc.constantFrom(['east', 'west'], ['west', 'south'], ['south', 'east'])
const link = fc.nat(core.links.length - 1)
const node = fc.constantFrom('R1', 'R2', 'R3', 'R4', 'R5')
const lineAt = fc.nat(5)
const rate = fc.constantFrom(10e6, 25e6, 40e6, 60e6)
const action = fc.oneof(
  fc.record({
    type: fc.constant('order' as const),
    sites,
    rate,
    in: fc.constantFrom(0, 0, second, 10 * second, 5 * minute),
    lasts: fc.constantFrom(second, 30 * second, 5 * minute, hour),
  }),
  fc.record({ type: fc.constant('run' as const), ms: fc.constantFrom(1, 200, 700, 2000, 7000, minute, 10 * minute) }),
  fc.record({ type: fc.constant('run' as const), ms: fc.nat(3000) }),
  fc.record({ type: fc.constant('link' as const), link }),
  fc.record({ type: fc.constant('link' as const), link }),
  fc.record({ type: fc.constant('agent' as const), node }),
  fc.record({ type: fc.constant('end' as const), line: lineAt }),
  fc.record({ type: fc.constant('change' as const), line: lineAt, rate, lasts: fc.constantFrom(30 * second, hour) }),
  fc.record({ type: fc.constant('avoid' as const), line: lineAt, node }),
  fc.record({ type: fc.constant('yield' as const), line: lineAt, link }),
  fc.record({ type: fc.constantFrom('watch' as const, 'restart' as const) }),
)
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never

function change(world: World, line: Line | undefined, changes: Partial<LineOrder>): void {
  if (line === undefined) return
  world.send(line.order.id, { type: 'change', order: { ...line.order, ...changes }, because: 'a person changed it' })
}

function act(world: World, one: Action): void {
  const line = 'line' in one ? [...world.lines.values()][one.line] : undefined
  const id = line?.order.id ?? ''
  switch (one.type) {
    case 'order': {
      const [from, to] = one.sites as [string, string]
      const start = world.now + one.in
      world.order({ from, to, bitsPerSecond: one.rate, start, end: start + one.lasts })
      return
    }
    case 'run':
      return world.run(one.ms)
    case 'link': {
      const links = world.network.links.map((each, at) => (at === one.link ? { ...each, isUp: !each.isUp } : each))
      world.network = { ...world.network, links }
      return world.watch()
    }
    case 'agent':
      if (!world.dead.delete(one.node)) world.dead.add(one.node)
      return
    case 'end':
      return world.send(id, { type: 'end', because: 'a person ended it' })
    case 'change':
      return change(world, line, { bitsPerSecond: one.rate, end: world.now + one.lasts })
    case 'avoid':
      return change(world, line, { avoid: [one.node] })
    case 'yield': {
      const { name } = core.links[one.link]!
      return world.send(id, { type: 'yield', because: `${name} is full`, avoid: [name] })
    }
    case 'watch':
      return world.watch()
    case 'restart':
      return world.restart()
  }
}

const seen = { active: 0, moved: 0, stuck: 0, released: 0, failed: 0 }

describe('lines over routers that answer late or never', () => {
  test('keep what is promised, steer into nothing that is not held, and leave nothing behind', () => {
    const run = fc.property(fc.array(action, { minLength: 5, maxLength: 60 }), fc.integer(), (actions, seed) => {
      const world = new World(core, randomOf(seed))
      for (const one of actions) act(world, one)
      world.dead.clear()
      for (let hours = 0; hours < 4; hours++) world.run(hour)
      for (const [name, has] of world.routers) assert.equal(has.size, 0, `${name} has ${JSON.stringify([...has])}`)
      for (const line of world.lines.values()) {
        assert.ok(hasEnded(line), `${line.order.id} is ${line.state}`)
        assert.deepEqual([line.laid, bookingsOfLine(line, world.now), nextTick(line, config)], [[], [], Infinity])
      }
      for (const text of world.told) seen[/ (\w+):/.exec(text)![1] as keyof typeof seen]++
    })
    fc.assert(run, { numRuns: 400 })
    for (const [what, times] of Object.entries(seen)) assert.ok(times > 2, `only ${times} were ${what}`)
  })
})

function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) / 2 ** 24
  }
}
