/** Random lives of a group: kills, cuts, partitions, changes of the roster that each host learns at a time of its own. */
import assert from 'node:assert/strict'
import type { AgentId } from '@vagus/identity'
import type { GroupRoster } from '../src/index.ts'
import { everything, type Member, Simulation } from './simulation.ts'

export const rosterOf = (ids: Iterable<AgentId>): GroupRoster => new Map([...ids].map((id) => [id, everything]))

export function begin(count: number, seed = 1): Simulation {
  const simulation = new Simulation(count, seed)
  simulation.setRoster(rosterOf(simulation.members.map(({ id }) => id)))
  simulation.run(1)
  for (const member of simulation.members) simulation.start(member)
  return simulation
}

export interface Outcome {
  readonly sent: number
  readonly delivered: number
  readonly kills: number
}

/** Plays `rounds` of half a second, lets the network heal, and checks who has what. @throws {AssertionError} with the seed */
export function chaos(count: number, rounds: number, seed: number): Outcome {
  const simulation = begin(count, seed)
  const { members, random } = simulation
  const pick = (): Member => members[Math.floor(members.length * random())]!
  /** By message: whom its sender took for a reader. */
  const meant = new Map<string, ReadonlySet<AgentId>>()
  /** Those that were out at any time, and may lack what was sent before. */
  const wereOut = new Set<AgentId>()
  let out: Member | undefined
  let kills = 0
  simulation.killsAtWrite = 0.002
  const kill = (member: Member): void => {
    if (member.engine === undefined) return
    kills++
    simulation.kill(member)
    simulation.after(3000 * random(), () => {
      if (member.engine === undefined) simulation.start(member)
    })
  }
  for (let round = 0; round < rounds; round++) {
    const luck = random()
    if (luck < 0.3) kill(pick())
    else if (luck < 0.6) simulation.cut(pick(), pick())
    else if (luck < 0.7) {
      const side = new Set(members.filter(() => random() < 0.5).map(({ id }) => id))
      simulation.reaches = (a, b) => side.has(a) === side.has(b)
      for (const a of members) for (const b of members) if (side.has(a.id) !== side.has(b.id)) simulation.cut(a, b)
    } else if (luck < 0.8) simulation.reaches = () => true
    else if (luck < 0.85) {
      out = out === undefined ? pick() : undefined
      if (out !== undefined) wereOut.add(out.id)
      simulation.setRoster(rosterOf(members.filter((each) => each !== out).map(({ id }) => id)), 400)
    }
    for (let message = 0; message < 4; message++) {
      const sender = pick()
      simulation.run(125 * random())
      if (sender.engine === undefined || !sender.roster.has(sender.id)) continue
      const text = `${members.indexOf(sender)} ${round} ${message}`
      meant.set(text, new Set(sender.roster.keys()))
      assert.equal(simulation.publish(sender, text), 'published', `seed ${seed}`)
    }
  }
  simulation.killsAtWrite = 0
  simulation.reaches = () => true
  simulation.setRoster(rosterOf(members.map(({ id }) => id)))
  for (const member of members) if (member.engine === undefined) simulation.start(member)
  simulation.run(20_000)
  let delivered = 0
  for (const [number, member] of members.entries()) {
    const texts = simulation.textsOf(member)
    const where = `member ${number} of ${count}, seed ${seed}`
    assert.equal(new Set(texts).size, texts.length, `twice: ${where}`)
    const had = new Set(texts)
    for (const [text, readers] of meant) {
      const sender = members[Number.parseInt(text, 10)]!
      if (!readers.has(member.id)) assert.ok(!had.has(text), `"${text}" was not for it: ${where}`)
      else if (!wereOut.has(member.id) && !wereOut.has(sender.id) && member !== sender)
        assert.ok(had.has(text), `"${text}" is missing: ${where}`)
    }
    for (const sender of members.keys()) {
      const order = texts
        .filter((text) => text.startsWith(`${sender} `))
        .map((text) => text.split(' ').slice(1).map(Number))
      const places = order.map(([round = 0, message = 0]) => round * 4 + message)
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        `the order of ${sender}: ${where}`,
      )
    }
    const gaps = member.store.delivered.filter(({ kind }) => kind === 'gap')
    assert.deepEqual(gaps, [], where)
    delivered += texts.length
  }
  assert.deepEqual(simulation.reports, [], `seed ${seed}`)
  return { sent: meant.size, delivered, kills }
}
