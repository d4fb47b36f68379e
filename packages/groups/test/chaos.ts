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

/** One group, and what is to come of it. */
class Life {
  readonly simulation: Simulation
  kills = 0
  /** By message: whom its sender took for a reader. */
  readonly #meant = new Map<string, ReadonlySet<AgentId>>()
  /** Those that were out at any time, and may lack what was sent before. */
  readonly #wereOut = new Set<AgentId>()
  #out: Member | undefined

  constructor(count: number, seed: number) {
    this.simulation = begin(count, seed)
    this.simulation.killsAtWrite = 0.002
  }

  get sent(): number {
    return this.#meant.size
  }

  /** Something happens. */
  disturb(): void {
    const luck = this.simulation.random()
    if (luck < 0.3) this.#kill(this.#pick())
    else if (luck < 0.6) this.simulation.cut(this.#pick(), this.#pick())
    else if (luck < 0.7) this.#split()
    else if (luck < 0.8) this.simulation.reaches = () => true
    else if (luck < 0.85) this.#putOutOrBack()
  }

  say(text: string): void {
    const sender = this.#pick()
    this.simulation.run(125 * this.simulation.random())
    if (sender.engine === undefined || !sender.roster.has(sender.id)) return
    const whole = `${this.simulation.members.indexOf(sender)} ${text}`
    this.#meant.set(whole, new Set(sender.roster.keys()))
    assert.equal(this.simulation.publish(sender, whole), 'published')
  }

  heal(): void {
    const { simulation } = this
    simulation.killsAtWrite = 0
    simulation.reaches = () => true
    simulation.setRoster(rosterOf(simulation.members.map(({ id }) => id)))
    for (const member of simulation.members) if (member.engine === undefined) simulation.start(member)
    simulation.run(20_000)
  }

  /** @returns how many messages the member got */
  check(member: Member): number {
    const { members } = this.simulation
    const texts = this.simulation.textsOf(member)
    const had = new Set(texts)
    assert.equal(had.size, texts.length, 'a message came twice')
    for (const [text, readers] of this.#meant) {
      const sender = members[Number.parseInt(text, 10)]!
      const mayLack = member === sender || this.#wereOut.has(member.id) || this.#wereOut.has(sender.id)
      if (!readers.has(member.id)) assert.ok(!had.has(text), `"${text}" was not for it`)
      else assert.ok(mayLack || had.has(text), `"${text}" is missing`)
    }
    for (const sender of members.keys()) {
      const order = texts.filter((text) => text.startsWith(`${sender} `)).map((text) => Number(text.split(' ')[1]))
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        `the order of ${sender}`,
      )
    }
    const gaps = member.store.delivered.filter(({ kind }) => kind === 'gap')
    assert.deepEqual(gaps, [])
    return texts.length
  }

  #pick(): Member {
    const { members, random } = this.simulation
    return members[Math.floor(members.length * random())]!
  }

  #kill(member: Member): void {
    const { simulation } = this
    if (member.engine === undefined) return
    this.kills++
    simulation.kill(member)
    simulation.after(3000 * simulation.random(), () => {
      if (member.engine === undefined) simulation.start(member)
    })
  }

  #split(): void {
    const { members, random } = this.simulation
    const side = new Set(members.filter(() => random() < 0.5).map(({ id }) => id))
    this.simulation.reaches = (a, b) => side.has(a) === side.has(b)
    for (const a of members) for (const b of members) if (side.has(a.id) !== side.has(b.id)) this.simulation.cut(a, b)
  }

  #putOutOrBack(): void {
    this.#out = this.#out === undefined ? this.#pick() : undefined
    if (this.#out !== undefined) this.#wereOut.add(this.#out.id)
    const rest = this.simulation.members.filter((each) => each !== this.#out)
    this.simulation.setRoster(rosterOf(rest.map(({ id }) => id)), 400)
  }
}

/** Plays `rounds` of half a second, lets the network heal, and checks who has what. @throws an error with the seed */
export function chaos(count: number, rounds: number, seed: number): Outcome {
  try {
    const life = new Life(count, seed)
    for (let round = 0; round < rounds; round++) {
      life.disturb()
      for (let message = 0; message < 4; message++) life.say(String(4 * round + message))
    }
    life.heal()
    assert.deepEqual(life.simulation.reports, [])
    const delivered = life.simulation.members.reduce((sum, member) => sum + life.check(member), 0)
    return { sent: life.sent, delivered, kills: life.kills }
  } catch (error) {
    throw new Error(`a group of ${count}, seed ${seed}: ${(error as Error).message}`, { cause: error })
  }
}
