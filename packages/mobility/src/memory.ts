/**
 * What an edge remembers of addresses, also of those that are attached elsewhere: the newest attachment, whose key it is,
 * and when it moved.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { compareStandings, type Standing } from './sequence.ts'

/** Addresses of a whole network. Beyond, others are not attached here; what is heard of them over BGP is left to routers. */
const maxAddresses = 65_536
/** Times that are remembered of an address: more moves than that are never allowed. */
const maxMoves = 1000

interface Owner {
  readonly id: AgentId
  readonly rotations: number
}

interface Memory {
  owner: Owner | undefined
  /** The newest that was ever attached or heard. */
  newest: Standing
  /** What others announce now. */
  isHeard: boolean
  /** When `newest` changed, oldest first. */
  moves: number[]
  /** Told that it is held, until then. */
  heldUntil: number
  /** When it was last attached or heard. */
  at: number
}

export class AddressMemory {
  readonly #window: number
  readonly #keep: number
  readonly #known = new Map<string, Memory>()

  /** Milliseconds: `window` of moves; `keep` after an address was last seen. */
  constructor({ window, keep }: { readonly window: number; readonly keep: number }) {
    this.#window = window
    this.#keep = keep
  }

  get size(): number {
    return this.#known.size
  }

  newest(address: string, now: number): Standing | undefined {
    const memory = this.#known.get(address)
    return memory === undefined || this.#isOld(memory, now) ? undefined : memory.newest
  }

  owner(address: string): Owner | undefined {
    return this.#known.get(address)?.owner
  }

  own(address: string, { id, rotations }: Owner): void {
    const memory = this.#known.get(address)
    if (memory !== undefined) memory.owner = { id, rotations }
  }

  /** A standing that was seen. `full`: there is no room, and it is not remembered. */
  learn(address: string, { sequence, edge }: Standing, now: number): 'learned' | 'full' {
    const standing = { sequence, edge }
    const memory = this.#known.get(address)
    if (memory === undefined) {
      if (this.#known.size >= maxAddresses) return 'full'
      this.#known.set(address, { owner: undefined, newest: standing, isHeard: false, moves: [], heldUntil: 0, at: now })
      return 'learned'
    }
    if (this.#isOld(memory, now)) Object.assign(memory, { newest: standing, moves: [] })
    else if (compareStandings(standing, memory.newest) > 0) {
      memory.newest = standing
      memory.moves = [...memory.moves, now].slice(-maxMoves)
    }
    memory.at = now
    return 'learned'
  }

  /** What others announce of it; nothing: what was heard stays remembered for a while. */
  setHeard(address: string, standing: Standing | undefined, now: number): void {
    if (standing !== undefined) this.learn(address, standing, now)
    const memory = this.#known.get(address)
    if (memory === undefined) return
    if (memory.isHeard) memory.at = now
    memory.isHeard = standing !== undefined
  }

  /** Milliseconds until it may move again, where it moved `most` times within the window. */
  heldFor(address: string, most: number, now: number): number | undefined {
    const recent = (this.#known.get(address)?.moves ?? []).filter((at) => at > now - this.#window)
    return recent.length < most ? undefined : recent.at(-most)! + this.#window - now
  }

  /** `news` once for each time that it is held. */
  tellHeld(address: string, until: number): 'news' | 'known' {
    const memory = this.#known.get(address)
    if (memory === undefined || memory.heldUntil >= until) return 'known'
    memory.heldUntil = until
    return 'news'
  }

  /** What was not seen for long. `isNeeded`: addresses that stay. */
  forget(now: number, isNeeded: (address: string) => boolean): void {
    for (const [address, memory] of this.#known) {
      if (this.#isOld(memory, now) && !isNeeded(address)) this.#known.delete(address)
    }
  }

  #isOld({ isHeard, at }: Memory, now: number): boolean {
    return !isHeard && now - at > this.#keep
  }
}
