/**
 * Which agent held which address and port, from when to when, and how well that is known. Sources tell all that they know
 * at a time, each replacing what it told before; a holding begins with the first claim and ends with the last. When its
 * evidence grows or shrinks, one ends and the next begins: nobody's past gets better or worse by what is found out later.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { type Held, isOnlyClaimed, isSame, keyOf, plain, summary } from './held.ts'
import { type Claim, type Holding, isHeldAt, proofOf, strengthOf } from './holding.ts'
import { keyOfPlace } from './place.ts'

/**
 * Bounds of the table. At `perAgent` and `claimed` further places of that agent are not taken and counted in `leftOut`; at
 * `ended` its oldest ones go; at `all` the oldest ended ones of whoever has most, else nothing further is taken.
 */
const holdingLimits = {
  /** Held at once: 256 sessions with a port each at both kinds of transport. */
  perAgent: 512,
  /** Addresses at once that nobody but the agent itself speaks of. */
  claimed: 64,
  /** Of an agent, kept of the past. */
  ended: 1024,
  /** Some 300 octets each. */
  all: 65_536,
} as const

type Limits = { readonly [Name in keyof typeof holdingLimits]: number }

/** Milliseconds within which a holding that begins again goes on: a report was lost, or the controller started anew. */
const goesOnWithin = 35_000

interface OfAgent {
  readonly open: Map<string, Held>
  /** In the order in which they ended. */
  ended: Held[]
}

export interface Between {
  readonly holdings: readonly Holding[]
  /** Beyond `most`. */
  readonly leftOut: number
}

export class HoldingBook {
  readonly #limits: Limits
  readonly #agents = new Map<AgentId, OfAgent>()
  readonly #places = new Map<string, Set<Held>>()
  /** Keys of the holdings that a source speaks of. */
  readonly #sources = new Map<string, Map<string, Held>>()
  #size = 0
  #leftOut = 0
  #changed = new Set<AgentId>()

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...holdingLimits, ...limits }
  }

  get size(): number {
    return this.#size
  }

  /** Claims that were not taken at a limit, since the start. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** All that `source` knows at `now` (milliseconds since 1970), in place of what it told before. */
  tell(source: string, claims: readonly Claim[], now: number): void {
    const wanted = new Map<string, Claim>()
    for (const claim of claims) if (!wanted.has(keyOf(claim))) wanted.set(keyOf(claim), claim)
    const told = this.#sources.get(source) ?? new Map<string, Held>()
    this.#sources.set(source, told)
    for (const [key, held] of told) {
      if (wanted.has(key)) continue
      told.delete(key)
      this.#withdraw(source, held, now)
    }
    for (const [key, claim] of wanted) {
      const held = this.#take(source, key, claim, now)
      if (held !== undefined) told.set(key, held)
    }
    if (told.size === 0) this.#sources.delete(source)
  }

  /** What `source` told held until `at`, which may be past. */
  end(source: string, at: number): void {
    const told = this.#sources.get(source)
    this.#sources.delete(source)
    for (const held of told?.values() ?? []) this.#withdraw(source, held, at)
  }

  /** Of an address, those held at `at`; the strongest evidence first. A port of its own counts before the whole address. */
  at(address: string, at: number, port?: number): readonly Holding[] {
    const all = [...(this.#places.get(address) ?? [])]
    return all
      .filter((held) => isHeldAt(held, at) && (port === undefined || (held.place.port ?? port) === port))
      .sort((a, b) => strengthOf(b) - strengthOf(a) || b.from - a.from)
  }

  /** Agents that held the address, or that port of it, at any time of the window, on the strongest evidence. */
  during(address: string, from: number, to: number, port?: number): ReadonlySet<AgentId> {
    const held = [...(this.#places.get(address) ?? [])].filter(
      (one) =>
        one.from < to && (one.to ?? Infinity) > from && (port === undefined || (one.place.port ?? port) === port),
    )
    const best = Math.max(...held.map(strengthOf))
    return new Set(held.filter((one) => port === undefined || strengthOf(one) === best).map(({ agent }) => agent))
  }

  /** Of an agent, those held at `at`, in the same order. */
  of(agent: AgentId, at: number): readonly Holding[] {
    const { open, ended } = this.#agents.get(agent) ?? { open: new Map<string, Held>(), ended: [] }
    return [...open.values(), ...ended]
      .filter((held) => isHeldAt(held, at))
      .sort((a, b) => strengthOf(b) - strengthOf(a) || b.from - a.from)
  }

  /**
   * All that overlap the window, up to `most` with the strongest evidence; `beside`: only those at addresses that this agent
   * held, too.
   */
  between(from: number, to: number, most: number, beside?: AgentId): Between {
    const found: Held[] = []
    const isThen = (held: Held): boolean => held.from < to && (held.to ?? Infinity) > from
    if (beside === undefined)
      for (const { open, ended } of this.#agents.values()) found.push(...[...open.values(), ...ended].filter(isThen))
    else {
      const { open, ended } = this.#agents.get(beside) ?? { open: new Map<string, Held>(), ended: [] }
      const addresses = new Set([...open.values(), ...ended].filter(isThen).map(({ place }) => place.address))
      for (const address of addresses) found.push(...[...(this.#places.get(address) ?? [])].filter(isThen))
    }
    if (found.length > most) found.sort((a, b) => strengthOf(b) - strengthOf(a))
    return { holdings: found.slice(0, most), leftOut: Math.max(0, found.length - most) }
  }

  /** When the first of the holdings began; undefined: there is none. */
  oldest(): number | undefined {
    let oldest = Infinity
    for (const there of this.#places.values()) for (const { from } of there) oldest = Math.min(oldest, from)
    return oldest === Infinity ? undefined : oldest
  }

  /** Forgets what ended before `since`: flows of that time are no longer kept. */
  forget(since: number): void {
    for (const [agent, one] of this.#agents) {
      const gone = one.ended.filter(({ to }) => to! < since)
      if (gone.length === 0) continue
      one.ended = one.ended.filter(({ to }) => to! >= since)
      this.#drop(agent, gone)
    }
  }

  /** Agents of which anything changed since the last call. */
  takeChanged(): ReadonlySet<AgentId> {
    const changed = this.#changed
    this.#changed = new Set()
    return changed
  }

  /** All of an agent, the past first. */
  kept(agent: AgentId): readonly Holding[] {
    const one = this.#agents.get(agent)
    return one === undefined ? [] : [...one.ended, ...one.open.values()].map(plain)
  }

  /** Takes in what was kept. Who still held a place then goes on if it is told again soon after `until`, the time of keeping. */
  restore(holdings: readonly Holding[], until: number): void {
    for (const holding of holdings) {
      if (this.#size >= this.#limits.all) return
      const to = holding.to ?? Math.max(until, holding.from)
      const one = this.#agentOf(holding.agent)
      if (one.ended.length >= this.#limits.ended) continue
      const held: Held = { ...holding, to, claims: new Map() }
      one.ended.push(held)
      this.#index(held)
    }
  }

  #take(source: string, key: string, claim: Claim, now: number): Held | undefined {
    const { open } = this.#agentOf(claim.agent)
    const present = open.get(key)
    if (present === undefined) return this.#begin(source, key, claim, now)
    const before = present.claims.get(source)
    present.claims.set(source, claim)
    return before !== undefined && isSame(before, claim) ? present : this.#renew(present, now)
  }

  #begin(source: string, key: string, claim: Claim, now: number): Held | undefined {
    const { agent, place, since = now } = claim
    const one = this.#agentOf(agent)
    if (!this.#hasRoom(one, claim)) {
      this.#leftOut++
      this.#forgetIfEmpty(agent, one)
      return undefined
    }
    const from = Math.min(since, now)
    const held: Held = { agent, place, from, to: undefined, ...summary([claim]), claims: new Map([[source, claim]]) }
    const goesOn = this.#lately(one, key, held)
    if (goesOn !== undefined) {
      one.ended.splice(one.ended.indexOf(goesOn), 1)
      goesOn.to = undefined
      goesOn.claims.set(source, claim)
      Object.assign(goesOn, summary([claim]))
      one.open.set(key, goesOn)
      this.#changed.add(agent)
      return goesOn
    }
    one.open.set(key, held)
    this.#index(held)
    return held
  }

  /** One of the same place and proof that ended a moment ago, without anybody else there since. */
  #lately({ ended }: OfAgent, key: string, held: Held): Held | undefined {
    const last = ended.findLast((one) => keyOf(one) === key)
    if (last === undefined || held.from - last.to! > goesOnWithin || proofOf(last.speakers) !== proofOf(held.speakers))
      return undefined
    const others = [...(this.#places.get(held.place.address) ?? [])].some(
      ({ agent, place, to = Infinity }) =>
        agent !== held.agent && keyOfPlace(place) === keyOfPlace(held.place) && to > last.to!,
    )
    return others ? undefined : last
  }

  /** After its claims changed: as before where that does not change its proof, else a new one from `now` on. */
  #renew(held: Held, now: number): Held {
    const next = summary([...held.claims.values()])
    const isYoung = now - held.from <= goesOnWithin && strengthOf({ ...held, ...next }) > strengthOf(held)
    if (proofOf(next.speakers) === proofOf(held.speakers) || isYoung) {
      Object.assign(held, next, { where: next.where ?? held.where })
      this.#changed.add(held.agent)
      return held
    }
    const one = this.#agentOf(held.agent)
    const key = keyOf(held)
    const following: Held = { ...held, ...next, from: now, to: undefined, claims: new Map(held.claims) }
    one.open.set(key, following)
    this.#index(following)
    this.#end(one, held, now)
    for (const source of following.claims.keys()) this.#sources.get(source)?.set(key, following)
    return following
  }

  #withdraw(source: string, held: Held, at: number): void {
    const key = keyOf(held)
    const one = this.#agents.get(held.agent)
    const present = one?.open.get(key)
    if (one === undefined || present === undefined || !present.claims.delete(source)) return
    if (present.claims.size > 0) this.#renew(present, Math.max(at, present.from))
    else this.#close(one, key, present, at)
  }

  #close(one: OfAgent, key: string, held: Held, at: number): void {
    one.open.delete(key)
    this.#end(one, held, at)
  }

  #end(one: OfAgent, held: Held, at: number): void {
    held.claims.clear()
    if (at <= held.from) return this.#drop(held.agent, [held])
    held.to = at
    one.ended.push(held)
    this.#changed.add(held.agent)
    if (one.ended.length > this.#limits.ended) this.#drop(held.agent, one.ended.splice(0, 1))
  }

  #hasRoom({ open }: OfAgent, { speaker, place }: Claim): boolean {
    if (open.size >= this.#limits.perAgent) return false
    if (speaker === 'document' || speaker === 'self') {
      const claimed = new Set([...open.values()].filter(isOnlyClaimed).map((held) => held.place.address))
      if (!claimed.has(place.address) && claimed.size >= this.#limits.claimed) return false
    }
    return this.#size < this.#limits.all || this.#makeRoom()
  }

  #makeRoom(): boolean {
    let [most, count]: [AgentId | undefined, number] = [undefined, 0]
    for (const [agent, { ended }] of this.#agents) if (ended.length > count) [most, count] = [agent, ended.length]
    if (most === undefined) return false
    this.#drop(most, this.#agents.get(most)!.ended.splice(0, Math.ceil(count / 2)))
    return true
  }

  #index(held: Held): void {
    const { address } = held.place
    const there = this.#places.get(address)
    if (there === undefined) this.#places.set(address, new Set([held]))
    else there.add(held)
    this.#size++
    this.#changed.add(held.agent)
  }

  #drop(agent: AgentId, gone: readonly Held[]): void {
    for (const held of gone) {
      const there = this.#places.get(held.place.address)
      there?.delete(held)
      if (there?.size === 0) this.#places.delete(held.place.address)
    }
    this.#size -= gone.length
    this.#changed.add(agent)
    const one = this.#agents.get(agent)
    if (one !== undefined) this.#forgetIfEmpty(agent, one)
  }

  #forgetIfEmpty(agent: AgentId, { open, ended }: OfAgent): void {
    if (open.size === 0 && ended.length === 0) this.#agents.delete(agent)
  }

  #agentOf(agent: AgentId): OfAgent {
    const known = this.#agents.get(agent)
    if (known !== undefined) return known
    const made: OfAgent = { open: new Map(), ended: [] }
    this.#agents.set(agent, made)
    return made
  }
}
