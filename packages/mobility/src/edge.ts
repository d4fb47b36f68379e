/**
 * The attachments of one edge: what it announces, and when it takes it back. Edges never talk to each other. Each hears
 * over BGP what the others announce, and the newest attachment of an address counts everywhere.
 *
 *   attach, newer than all that is known   announced; the edge of before hears it and withdraws
 *   attach, the one in force               its lease begins anew
 *   attach, older                          refused: a replay, or a host that does not know that it was followed
 *   a newer one is heard over BGP          ours is withdrawn a moment later: until then the router delivers on the old link
 *   the lease ends, or the host detaches   withdrawn
 *
 * An address that moves too often is held where it is (RFC 7432 §15.1): two hosts with one key would move it for ever.
 * @module
 */
import { formatAddress } from '@vagus/address'
import type { AgentId } from '@vagus/identity'
import type { Refusal, Verified } from './attachment.ts'
import { challengeSlot } from './challenge.ts'
import { AddressMemory } from './memory.ts'
import { compareStandings, edgeNumber, type Standing } from './sequence.ts'

export interface EdgeConfig {
  /** Moves of an address within `window` milliseconds; one more is refused until the first of them is so long ago. */
  readonly moves: number
  readonly window: number
  /** Addresses attached over one interface; one more is refused. */
  readonly perLink: number
  /** The longest lease, milliseconds; a longer one is cut. */
  readonly lifetime: number
  /**
   * Milliseconds from when a newer attachment is heard of until ours is withdrawn. A router that forwarded by the newer route
   * at once would send packets back to one that has it not in its kernel yet.
   */
  readonly drain: number
}

/**
 * Five moves in 180 s, as routers have it for MAC addresses; 256 are far above what one access link has; FRR looks at
 * updates every 50 ms.
 */
export const defaultEdgeConfig: EdgeConfig = {
  moves: 5,
  window: 180_000,
  perLink: 256,
  lifetime: 30_000,
  drain: 200,
}

/** An address that is attached at this edge. */
export interface Attached extends Standing {
  /** IPv6 text. */
  readonly address: string
  readonly id: AgentId
  readonly rotations: number
  /** 16 octets. */
  readonly nextHop: Uint8Array
  /** Index of the interface. */
  readonly interface: number
  /** Milliseconds of the clock of the calls. */
  readonly since: number
  readonly until: number
}

export type EdgeEffect =
  | { readonly type: 'announce'; readonly attached: Attached }
  | { readonly type: 'withdraw'; readonly address: string }
  | { readonly type: 'happened'; readonly what: Happening; readonly attached: Attached }

/** `moved`: a newer attachment is at another edge. `held`: it moved too often; told once until it may move again. */
export type Happening = 'attached' | 'moved' | 'detached' | 'lapsed' | 'held'

export type Taken =
  | {
      readonly type: 'attached' | 'detached'
      readonly sequence: number
      readonly lifetime: number
      readonly effects: readonly EdgeEffect[]
    }
  | { readonly type: 'refused'; readonly refusal: Refusal; readonly effects: readonly EdgeEffect[] }

export class MobileEdge {
  readonly #number: number
  readonly #config: EdgeConfig
  readonly #attached = new Map<string, Attached>()
  /** When addresses are withdrawn that have moved to another edge. */
  readonly #leaving = new Map<string, number>()
  readonly #memory: AddressMemory

  /** @param name of the edge */
  constructor(name: string, config: EdgeConfig = defaultEdgeConfig) {
    this.#number = edgeNumber(name)
    this.#config = config
    // For as long as anything that was signed for this edge could be played again.
    this.#memory = new AddressMemory({ window: config.window, keep: Math.max(config.window, 2 * challengeSlot) })
  }

  attached(): readonly Attached[] {
    return [...this.#attached.values()]
  }

  /** The next moment at which `expire` has something to do. */
  nextEnd(): number | undefined {
    const ends = [...[...this.#attached.values()].map(({ until }) => until), ...this.#leaving.values()]
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  /**
   * Takes an attachment of which signature, challenge and next hop were checked. @param link index of its interface
   * @param now milliseconds of a steady clock
   */
  attach(asked: Verified, link: number, now: number): Taken {
    const address = formatAddress(asked.address)
    const own = this.#attached.get(address)
    const problem = this.#problemOf(asked, address, own, now)
    if (problem !== undefined) return refusedAs(problem)
    if (asked.lifetime === 0) return this.#detach(asked, own, now)
    if (own !== undefined && isSame(asked, own)) return this.#renew(own, asked, link, now)
    const isMove = this.#memory.newest(address, now) !== undefined
    if (isMove) {
      const held = this.#held(asked, address, link, now)
      if (held !== undefined) return held
    }
    if (own?.interface !== link && this.#onLink(link) >= this.#config.perLink) {
      const most = `${this.#config.perLink} addresses are attached over this link; try another, or later`
      return refusedAs({ code: 'limit', problem: most, retryAfter: this.#config.lifetime })
    }
    const lifetime = Math.min(asked.lifetime, this.#config.lifetime)
    const { id, rotations, sequence, nextHop } = asked
    const place = { edge: this.#number, nextHop, interface: link }
    const attached: Attached = { address, id, rotations, sequence, ...place, since: now, until: now + lifetime }
    if (this.#memory.learn(address, attached, now) === 'full') {
      return refusedAs({ code: 'limit', problem: 'this edge knows as many addresses as it can', retryAfter: 60_000 })
    }
    this.#memory.own(address, { id, rotations })
    this.#attached.set(address, attached)
    this.#leaving.delete(address)
    const effects: readonly EdgeEffect[] = [
      { type: 'announce', attached },
      { type: 'happened', what: 'attached', attached },
    ]
    return { type: 'attached', sequence, lifetime, effects }
  }

  /**
   * What other edges announce of an address now, as the router tells it: the state of all of them, not a change.
   * @param address IPv6 text
   */
  heard(address: string, standings: readonly Standing[], now: number): readonly EdgeEffect[] {
    const [newest] = standings.toSorted((one, other) => compareStandings(other, one))
    this.#memory.setHeard(address, newest, now)
    const own = this.#attached.get(address)
    if (own === undefined || newest === undefined || compareStandings(newest, own) <= 0) return []
    this.#leaving.set(address, now + this.#config.drain)
    return this.#end(own, 'moved', now)
  }

  /** Attachments of before a restart, which are announced again; those whose lease is over are not. */
  restore(list: readonly Attached[], now: number): readonly EdgeEffect[] {
    return list.flatMap((attached): readonly EdgeEffect[] => {
      if (attached.until <= now || this.#attached.size >= this.#config.perLink) return []
      this.#memory.learn(attached.address, attached, now)
      this.#memory.own(attached.address, attached)
      this.#attached.set(attached.address, attached)
      return [{ type: 'announce', attached }]
    })
  }

  expire(now: number): readonly EdgeEffect[] {
    this.#memory.forget(now, (address) => this.#attached.has(address))
    const drained = [...this.#leaving].flatMap(([address, at]) => (at <= now ? [address] : []))
    for (const address of drained) this.#leaving.delete(address)
    return [
      ...drained.map((address): EdgeEffect => ({ type: 'withdraw', address })),
      ...this.attached().flatMap((one) => (one.until <= now ? this.#end(one, 'lapsed', now) : [])),
    ]
  }

  #problemOf(asked: Verified, address: string, own: Attached | undefined, now: number): Refusal | undefined {
    const owner = this.#memory.owner(address)
    if (owner !== undefined && owner.id !== asked.id) {
      return { code: 'other-key', problem: `${address} is that of ${owner.id}, whose key has the same hash` }
    }
    if (owner !== undefined && owner.rotations > asked.rotations) {
      return {
        code: 'signature',
        problem: `the key was rotated since: the key log must have ${owner.rotations + 1} events`,
      }
    }
    const other = this.attached().find((one) => one.id === asked.id && one.address !== address)
    if (other !== undefined) {
      return { code: 'limit', problem: `an agent has one address at an edge, and this one has ${other.address}` }
    }
    const newest = this.#memory.newest(address, now)
    if (newest === undefined || (own !== undefined && isSame(asked, own) && compareStandings(own, newest) >= 0))
      return undefined
    if (asked.sequence > newest.sequence) return undefined
    const { sequence } = newest
    return {
      code: 'superseded',
      problem: `sequence number ${asked.sequence} is not above ${sequence}, the newest known of ${address}`,
      sequence,
    }
  }

  #detach(asked: Verified, own: Attached | undefined, now: number): Taken {
    const { sequence } = asked
    // A statement of nothing in force changes nothing: it is over already.
    const effects = own !== undefined && isSame(asked, own) ? this.#end(own, 'detached', now) : []
    return { type: 'detached', sequence, lifetime: 0, effects }
  }

  #renew(own: Attached, asked: Verified, link: number, now: number): Taken {
    const lifetime = Math.min(asked.lifetime, this.#config.lifetime)
    this.#attached.set(own.address, { ...own, interface: link, rotations: asked.rotations, until: now + lifetime })
    this.#memory.learn(own.address, own, now)
    this.#memory.own(own.address, asked)
    return { type: 'attached', sequence: own.sequence, lifetime, effects: [] }
  }

  #held(asked: Verified, address: string, link: number, now: number): Taken | undefined {
    const { moves, window } = this.#config
    const retryAfter = this.#memory.heldFor(address, moves, now)
    if (retryAfter === undefined) return undefined
    const { id, rotations, sequence, nextHop } = asked
    const place = { edge: this.#number, nextHop, interface: link }
    const attached = { address, id, rotations, sequence, ...place, since: now, until: now }
    const problem = `${address} moved ${moves} times in ${window / 1000} s: two hosts may have its key. It stays where it is`
    const isNews = this.#memory.tellHeld(address, now + retryAfter) === 'news'
    const effects = isNews ? [{ type: 'happened', what: 'held', attached } as const] : []
    return { type: 'refused', refusal: { code: 'damped', problem, retryAfter }, effects }
  }

  #end(attached: Attached, what: Happening, now: number): readonly EdgeEffect[] {
    this.#attached.delete(attached.address)
    this.#memory.learn(attached.address, attached, now)
    const happened: EdgeEffect = { type: 'happened', what, attached }
    return what === 'moved' ? [happened] : [{ type: 'withdraw', address: attached.address }, happened]
  }

  #onLink(link: number): number {
    return this.attached().filter((one) => one.interface === link).length
  }
}

/** The same statement, signed anew for a newer challenge. */
const isSame = (asked: Verified, own: Attached): boolean =>
  asked.sequence === own.sequence && asked.nextHop.every((octet, at) => octet === own.nextHop[at])

const refusedAs = (refusal: Refusal): Taken => ({ type: 'refused', refusal, effects: [] })
