/**
 * Remembers which exchanges of which callers were executed. A caller numbers its exchanges, and says with each which is
 * its oldest open one. It never asks again below that number, so one number and a few exceptions above it describe
 * everything.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import type { JournalLimits } from './limits.ts'
import type { JournalRecord } from './record.ts'

interface Caller {
  /** All exchanges below it have ended. */
  floor: number
  /** An exchange below it that is asked for again may have been executed before the caller was forgotten here. */
  readonly doubtedBelow: number
  /** Ended exchanges above `floor`. */
  readonly done: Set<number>
}

/** The key of a caller's journal. */
export const callerOf = (peer: AgentId, journal: string): string => `${peer} ${journal}`
const peerOf = (caller: string): string => caller.slice(0, caller.lastIndexOf(' '))

/**
 * `fresh`: was never executed here. `over`: was executed. `beyond`: too far above the oldest open one. `strange`: may
 * have been executed, but its caller was forgotten.
 */
export type Standing = 'fresh' | 'over' | 'beyond' | 'strange'

export class Callers {
  readonly #limits: JournalLimits
  readonly #callers = new Map<string, Caller>()
  /** The journals of each agent, least recently heard first. */
  readonly #byPeer = new Map<string, Set<string>>()
  /**
   * Whether a caller was forgotten at the limit for all agents. Only then may an unknown caller of any agent have been
   * known earlier.
   */
  #forgot = false

  constructor(limits: JournalLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#callers.size
  }

  /**
   * The standing of `number` of `caller` (its id and journal), after noting that everything below `oldest` has ended
   * there. `again`: it may have been asked for earlier. Pushes the changes to `records`.
   */
  look(
    caller: string,
    { number, oldest, again }: { readonly number: number; readonly oldest: number; readonly again: boolean },
    records: JournalRecord[],
  ): Standing {
    if (number < oldest) return 'over'
    if (number - oldest >= this.#limits.span) return 'beyond'
    const present = this.#callers.get(caller)
    const isDoubtful = this.#hasForgotten(caller)
    if (present === undefined && again && isDoubtful) return 'strange'
    const known = present ?? { floor: 0, doubtedBelow: isDoubtful ? number : 0, done: new Set() }
    this.#delete(caller)
    this.#set(caller, known) // keeps the least recently heard caller first in the map
    if (present === undefined || oldest > known.floor) {
      raise(known, oldest)
      records.push({ type: 'floor', caller, floor: oldest, doubtedBelow: known.doubtedBelow })
    }
    this.#evict(peerOf(caller), records)
    if (number < known.floor || known.done.has(number)) return 'over'
    return again && number < known.doubtedBelow ? 'strange' : 'fresh'
  }

  /** `number` has ended. */
  finish(caller: string, number: number, records: JournalRecord[]): void {
    const known = this.#callers.get(caller)
    if (known === undefined || number < known.floor) return
    known.done.add(number)
    if (number > known.floor) records.push({ type: 'done', caller, number })
    else {
      raise(known, number)
      records.push({ type: 'floor', caller, floor: known.floor, doubtedBelow: known.doubtedBelow })
    }
  }

  restore(record: JournalRecord & { readonly type: 'done' | 'floor' | 'forgotten' }): void {
    if (record.type === 'forgotten') {
      this.#forgot ||= record.limit === 'callers'
      this.#delete(record.caller)
      return
    }
    const known = this.#callers.get(record.caller)
    if (record.type === 'done') known?.done.add(record.number)
    else if (known !== undefined) raise(known, record.floor)
    else this.#set(record.caller, { floor: record.floor, doubtedBelow: record.doubtedBelow, done: new Set() })
  }

  /**
   * Whether `caller`, if unknown, may have been forgotten. That includes an agent at its limit, which may have had more
   * callers than we remember.
   */
  #hasForgotten(caller: string): boolean {
    return this.#forgot || (this.#byPeer.get(peerOf(caller))?.size ?? 0) >= this.#limits.callersOfOne
  }

  #evict(peer: string, records: JournalRecord[]): void {
    const own = this.#byPeer.get(peer)!
    for (const caller of own) {
      if (own.size <= this.#limits.callersOfOne) break
      this.#delete(caller)
      records.push({ type: 'forgotten', caller, limit: 'callersOfOne' })
    }
    if (this.#callers.size <= this.#limits.callers) return
    const [eldest] = this.#callers.keys()
    this.#delete(eldest!)
    this.#forgot = true
    records.push({ type: 'forgotten', caller: eldest!, limit: 'callers' })
  }

  #set(caller: string, known: Caller): void {
    this.#callers.set(caller, known)
    const peer = peerOf(caller)
    this.#byPeer.set(peer, (this.#byPeer.get(peer) ?? new Set()).add(caller))
  }

  #delete(caller: string): void {
    this.#callers.delete(caller)
    const peer = peerOf(caller)
    const own = this.#byPeer.get(peer)
    own?.delete(caller)
    if (own?.size === 0) this.#byPeer.delete(peer)
  }
}

/** All exchanges below `floor` have ended, and so have those in `done` that follow it without a gap. */
function raise(known: Caller, floor: number): void {
  const { done } = known
  // Takes the shorter way: a caller may move its floor by one and have tens of thousands above it, or the other way
  // round.
  if (floor - known.floor < done.size) for (let each = known.floor; each < floor; each++) done.delete(each)
  else for (const each of done) if (each < floor) done.delete(each)
  known.floor = Math.max(known.floor, floor)
  while (done.delete(known.floor)) known.floor++
}
