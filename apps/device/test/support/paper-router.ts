/** A router as far as negotiations see it: what its neighbours are told, and classes that take their time. @module */
import type { Actuation, EndReason, Refusal } from '@vagus/bgp/actuation'
import { defaultClasses } from '@vagus/bgp/actuation'
import type { Asked, Plan, Receipt } from '../../src/actuation.ts'
import type { LinkPlace } from '../../src/inventory.ts'
import type { Actuations } from '../../src/steering/lease-keeper.ts'
import type { Told } from '../../src/told.ts'
import type { VirtualClock } from './virtual-clock.ts'

export const neighbourAs = 64600

const placeOf = (name: string, ifIndex: number, more: Partial<LinkPlace> = {}): LinkPlace => ({
  ifIndex,
  name,
  local: '10.9.0.0',
  remote: '10.9.0.1',
  neighbour: { as: neighbourAs },
  sessions: [`behind-${name}`],
  ...more,
})

export class PaperRouter implements Actuations {
  /** What the router's own configuration tells. */
  configured: number | null = 100
  /** Milliseconds until it answers. */
  delay = 50
  refusal: Refusal | undefined
  /** Why it does not say what its neighbours are told. */
  silence: string | undefined
  /** Whether its neighbours hear of classes. */
  policy: 'works' | 'does nothing' = 'works'
  /** Every class that was ever asked for. */
  readonly applied: Asked[] = []
  /** Classes that it was asked for and has not answered yet. */
  asking = 0
  readonly #clock: VirtualClock
  readonly #places = [
    placeOf('eth1', 4),
    placeOf('eth2', 5),
    placeOf('ix1', 6, { neighbour: { as: 64700 }, otherAses: [neighbourAs] }),
  ]
  readonly #active = new Map<string, Actuation>()
  #ended: { readonly actuation: Actuation; readonly why: EndReason; readonly at: number }[] = []
  #listener: (actuation: Actuation, why: EndReason) => void = () => undefined

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  active(): readonly Actuation[] {
    return [...this.#active.values()]
  }

  ended() {
    return this.#ended
  }

  onEnded(listener: (actuation: Actuation, why: EndReason) => void): void {
    this.#listener = listener
  }

  placeAt(name: string): LinkPlace {
    const place = this.#places.find((one) => one.name === name)
    if (place === undefined) throw new RangeError(`there is no link at interface "${name}"; there are: eth1, eth2, ix1`)
    return place
  }

  async toldAt(name: string, prefix: string): Promise<readonly Told[]> {
    await this.#clock.sleep(this.delay)
    return this.#told(name, prefix)
  }

  async plan(asked: Asked): Promise<Plan | Refusal> {
    const { ifIndex, name } = this.placeAt(asked.interface)
    await this.#clock.sleep(this.delay)
    if (this.refusal !== undefined) return this.refusal
    return {
      prefix: asked.prefix,
      interface: name,
      class: defaultClasses.find(({ number }) => number === asked.class)!,
      nextHop: null,
      communities: [],
      before: this.#told(name, asked.prefix),
      replaces: this.#at(asked.prefix, ifIndex)?.id ?? null,
    }
  }

  async apply(asked: Asked): Promise<Receipt | Refusal> {
    this.applied.push(asked)
    this.asking++
    try {
      return await this.#applied(asked)
    } finally {
      this.asking--
    }
  }

  async #applied(asked: Asked): Promise<Receipt | Refusal> {
    const { ifIndex, name } = this.placeAt(asked.interface)
    await this.#clock.sleep(this.delay)
    if (this.refusal !== undefined) return this.refusal
    const before = this.#told(name, asked.prefix)
    const { owner, prefix, class: number, lifetime } = asked
    const appliedAt = this.#clock.now()
    const id = `${prefix}@${ifIndex}#${this.applied.length}`
    const more = { id, appliedAt, expiresAt: appliedAt + lifetime }
    const actuation: Actuation = { owner, prefix, ifIndex, class: number, lifetime, ...more }
    this.#active.set(id, actuation)
    this.#clock.after(lifetime, () => this.end(id, 'expired'))
    await this.#clock.sleep(this.delay) // until the neighbours are told
    return { actuation, interface: name, before, after: this.#told(name, prefix), verifiedAfter: this.delay }
  }

  async undo(id: string): Promise<'undone' | 'ended'> {
    return this.end(id, 'undone') ? 'undone' : 'ended'
  }

  /** False when there was none. */
  end(id: string, why: EndReason): boolean {
    const actuation = this.#active.get(id)
    if (actuation === undefined) return false
    this.#active.delete(id)
    this.#ended = [...this.#ended, { actuation, why, at: this.#clock.now() }].slice(-100)
    this.#listener(actuation, why)
    return true
  }

  #at(prefix: string, ifIndex: number): Actuation | undefined {
    return this.active().find((one) => one.prefix === prefix && one.ifIndex === ifIndex)
  }

  #told(name: string, prefix: string): readonly Told[] {
    const { ifIndex, sessions } = this.placeAt(name)
    const { silence: unknown } = this
    if (unknown !== undefined)
      return sessions.map((neighbour) => ({ neighbour, med: null, asPathLength: null, unknown }))
    const number = this.policy === 'works' ? this.#at(prefix, ifIndex)?.class : undefined
    const med = defaultClasses.find((one) => one.number === number)?.med ?? this.configured
    return sessions.map((neighbour) => ({ neighbour, med, asPathLength: 2 }))
  }
}
