/**
 * Which exchanges of which callers were executed already. A caller numbers them and says with each which is its oldest
 * open one: below that it will never ask again, so a number and a few exceptions above it say everything.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import type { JournalLimits } from './limits.ts'
import type { JournalRecord } from './record.ts'

interface Caller {
  /** All below it are over. */
  floor: number
  /** What is asked again below it may have been executed before the caller was forgotten here. */
  readonly doubtedBelow: number
  /** Of those above it. */
  readonly done: Set<number>
}

/** The key of a caller's journal. */
export const callerOf = (peer: AgentId, journal: string): string => `${peer} ${journal}`
const peerOf = (caller: string): string => caller.slice(0, caller.lastIndexOf(' '))

/**
 * `fresh`: was never executed here. `over`: was. `beyond`: too far above the oldest open one. `strange`: may have been
 * executed, but its caller is forgotten.
 */
export type Standing = 'fresh' | 'over' | 'beyond' | 'strange'

export class Callers {
  readonly #limits: JournalLimits
  readonly #callers = new Map<string, Caller>()
  /** The journals of each agent, the one heard of longest ago first. */
  readonly #byPeer = new Map<string, Set<string>>()
  /**
   * Whether a caller was forgotten at the limit for all agents. Only then may an unknown caller of any agent have been
   * seen before.
   */
  #forgot = false

  constructor(limits: JournalLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#callers.size
  }

  /**
   * What `number` of `caller` (its id and journal) is, and that below `oldest` everything is over there. `again`: it
   * may have been asked before. Pushes what changed to `records`.
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
    this.#set(caller, known) // the first in the map is the one heard of longest ago
    if (present === undefined || oldest > known.floor) {
      raise(known, oldest)
      records.push({ type: 'floor', caller, floor: oldest, doubtedBelow: known.doubtedBelow })
    }
    this.#evict(peerOf(caller), records)
    if (number < known.floor || known.done.has(number)) return 'over'
    return again && number < known.doubtedBelow ? 'strange' : 'fresh'
  }

  /** `number` is over. */
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
   * Whether `caller`, if unknown, may have been forgotten: also because an agent at its limit may have had more callers
   * than we remember.
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

/** All below `floor` are over, and what is done from there on without a hole. */
function raise(known: Caller, floor: number): void {
  const { done } = known
  // The shorter way: a caller moves its floor by one and has tens of thousands above it, or the other way round.
  if (floor - known.floor < done.size) for (let each = known.floor; each < floor; each++) done.delete(each)
  else for (const each of done) if (each < floor) done.delete(each)
  known.floor = Math.max(known.floor, floor)
  while (done.delete(known.floor)) known.floor++
}
