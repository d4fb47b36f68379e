/**
 * What the agent announces to one peer, and what the peer was told of it. It outlives sessions: a new session is told
 * everything, then End-of-RIB. A route that changes many times before the peer takes messages is sent once.
 * @module
 */
import { endOfRib, type FamilyName, familyNameOf, familyOfKey } from '@vagus/bgp'
import { maxAnnounced } from '../limits.ts'
import { type Facing, givenTo } from './facing.ts'
import { type Given, keyOfRoute, type Outgoing } from './outgoing.ts'
import { announcementsOf, withdrawalsOf } from './update-writer.ts'

/** Routes for which messages are made in one go. */
const batch = 1_000

/** The messages around a repetition: BoRR and EoRR (RFC 7313). */
interface Marks {
  readonly begin: Uint8Array
  readonly end: Uint8Array
}

export class RoutesOut {
  readonly #wanted = new Map<string, Outgoing>()
  /** Of this session. */
  readonly #told = new Map<string, Outgoing>()
  /** What to tell: a key that is not wanted is a withdrawal. */
  readonly #pending = new Set<string>()
  /** Families whose End-of-RIB goes out when nothing is pending. */
  readonly #endsOfRib = new Map<number, Uint8Array>()
  /** The same of refreshes (RFC 7313). */
  readonly #endsOfRefresh = new Map<number, Uint8Array>()
  /** Keys of routes that this session cannot carry. */
  readonly #unsendable = new Set<string>()
  #facing: Facing | undefined

  /** What the session adds to what the agent gave; undefined between sessions. */
  get facing(): Facing | undefined {
    return this.#facing
  }

  /** Routes that are announced. */
  get size(): number {
    return this.#wanted.size
  }

  /** Routes that the peer does not have, for their attributes fit no message, or their next hop is not known. */
  get unsendable(): number {
    return this.#unsendable.size
  }

  /** @throws {RangeError} when there are too many */
  announce(routes: readonly Outgoing[]): void {
    if (this.#wanted.size + routes.length > maxAnnounced) {
      throw new RangeError(`at most ${maxAnnounced} routes can be announced to a peer`)
    }
    for (const route of routes) {
      const key = keyOfRoute(route.family, route.nlri)
      this.#wanted.set(key, route)
      if (this.#isMeant(route)) this.#pending.add(key)
    }
  }

  /** What was not announced is no error. */
  withdraw(routes: readonly Outgoing[]): void {
    for (const { family, nlri } of routes) {
      const key = keyOfRoute(family, nlri)
      this.#wanted.delete(key)
      this.#unsendable.delete(key)
      if (this.#told.has(key)) this.#pending.add(key)
      else this.#pending.delete(key)
    }
  }

  #isMeant({ family, given }: Outgoing): boolean {
    const facing = this.#facing
    return facing?.negotiated.send.families.has(family) === true && givenTo(given, facing) !== undefined
  }

  /** A session is there: everything is to be told. */
  begin(facing: Facing): void {
    this.end()
    this.#facing = facing
    for (const [key, route] of this.#wanted) if (this.#isMeant(route)) this.#pending.add(key)
    for (const family of facing.negotiated.send.families) this.#endsOfRib.set(family, endOfRib(familyOfKey(family)))
  }

  /** The session is over. */
  end(): void {
    this.#facing = undefined
    this.#told.clear()
    this.#pending.clear()
    this.#unsendable.clear()
    this.#endsOfRib.clear()
    this.#endsOfRefresh.clear()
  }

  /**
   * The peer asks for a family again. What it was told stays told: the peer still has it, so its end must be said.
   * @param marks what frames the repetition, where that was negotiated
   * @returns what goes out at once; no marks before End-of-RIB (RFC 7313 §4)
   */
  repeat(family: number, marks: Marks | undefined): readonly Uint8Array[] {
    for (const [key, route] of this.#wanted) if (route.family === family && this.#isMeant(route)) this.#pending.add(key)
    if (marks === undefined || this.#endsOfRib.has(family)) return []
    this.#endsOfRefresh.set(family, marks.end)
    return [marks.begin]
  }

  /**
   * The next messages; none when there is nothing to tell.
   * @param ends whether End-of-RIB may go out already
   */
  take(ends: 'with ends' | 'without ends'): readonly Uint8Array[] {
    const facing = this.#facing
    if (facing === undefined) return []
    if (this.#pending.size === 0) return ends === 'with ends' ? this.#takeEnds() : []
    const withdrawn: Outgoing[] = []
    const announced = new Map<Given, Outgoing[]>()
    /** Keys of routes that replace one that the peer has. */
    const replacing = new Set<string>()
    let count = 0
    for (const key of this.#pending) {
      if (count++ === batch) break
      this.#pending.delete(key)
      const before = this.#told.get(key)
      const route = this.#wanted.get(key)
      if (route !== undefined) {
        if (before !== undefined) replacing.add(key)
        this.#told.set(key, route)
        this.#unsendable.delete(key)
        gather(announced, route)
      } else if (before !== undefined) {
        withdrawn.push(before)
        this.#told.delete(key)
      }
    }
    const messages: Uint8Array[] = []
    for (const all of announced.values()) {
      for (const [family, routes] of byFamily(all)) {
        const written = announcementsOf(routes, family, facing)
        if (written === undefined) withdrawn.push(...this.#drop(routes, replacing))
        else messages.push(...written)
      }
    }
    for (const [family, routes] of byFamily(withdrawn)) messages.push(...withdrawalsOf(routes, family, facing))
    // A batch of which nothing can be sent must not end the sending of the rest.
    return messages.length > 0 ? messages : this.take(ends)
  }

  /** Routes that cannot be sent. Those that the peer has in an older state are returned: it must not keep that. */
  #drop(routes: readonly Outgoing[], replacing: ReadonlySet<string>): readonly Outgoing[] {
    return routes.filter(({ family, nlri }) => {
      const key = keyOfRoute(family, nlri)
      this.#told.delete(key)
      this.#unsendable.add(key)
      return replacing.has(key)
    })
  }

  #takeEnds(): readonly Uint8Array[] {
    const messages = [...this.#endsOfRib.values(), ...this.#endsOfRefresh.values()]
    this.#endsOfRib.clear()
    this.#endsOfRefresh.clear()
    return messages
  }

  /** What the peer was told in this session. */
  told(): Iterable<Outgoing> {
    return this.#told.values()
  }

  counts(): Readonly<Partial<Record<FamilyName, number>>> {
    const counts = new Map<FamilyName, number>()
    for (const { family } of this.#told.values()) {
      const name = familyNameOf(family)
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return Object.fromEntries(counts)
  }
}

function gather(into: Map<Given, Outgoing[]>, route: Outgoing): void {
  const list = into.get(route.given)
  if (list === undefined) into.set(route.given, [route])
  else list.push(route)
}

const byFamily = (routes: readonly Outgoing[]): Iterable<readonly [number, readonly Outgoing[]]> =>
  Map.groupBy(routes, ({ family }) => family)
