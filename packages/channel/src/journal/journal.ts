/**
 * The journal of an agent: the exchanges of either side, how far each has come, and what may be forgotten. Every change
 * is a record. The host stores the records of `take` and calls `committed`; only then is the other side notified.
 * `restore` brings back what an earlier process stored.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { TurnoverMap } from '@vagus/wire'
import type { TrafficClass } from '../session/traffic-class.ts'
import { callerOf, Callers } from './callers.ts'
import { type Binding, type ExchangeStart, JournaledExchange, type Outcome } from './exchange.ts'
import type { OpenMessage } from './exchange-message.ts'
import { type JournalLimits, journalLimits, maxHeadOctets, maxIdCharacters, messageOverhead } from './limits.ts'
import type { JournalRecord, RestoredJournal } from './record.ts'
import { Served } from './served.ts'
import { Unacknowledged } from './unacknowledged.ts'

export interface CallStart {
  readonly id: string
  readonly name: string
  readonly protocol: string
  readonly class: TrafficClass
  readonly priority: number
  readonly head: Uint8Array
}

/**
 * `known`: it is open already, so continue it. `over`: end it with this outcome. `journal`: the caller means another
 * journal.
 */
export type CallAdmission =
  | { readonly type: 'new' | 'known'; readonly exchange: JournaledExchange }
  | { readonly type: 'over'; readonly outcome: Outcome }
  | { readonly type: 'journal' }

const lost = (problem: string): Outcome => ({ code: 'gap', problem })
const overLimit = (problem: string): CallAdmission => ({ type: 'over', outcome: { code: 'limit', problem } })

export class Journal {
  readonly id: string
  readonly #limits: JournalLimits
  readonly #exchanges = new TurnoverMap<number, JournaledExchange>()
  /** Calls by id. */
  readonly #byId = new TurnoverMap<string, JournaledExchange>()
  /** Served exchanges by caller and number. */
  readonly #served = new TurnoverMap<string, TurnoverMap<number, JournaledExchange>>()
  readonly #byPeer: Served
  readonly #unacknowledged: Unacknowledged
  /** Numbers of open calls; the first is the oldest. */
  readonly #calls = new Set<number>()
  readonly #callers: Callers
  #records: JournalRecord[] = []
  #forgotten: JournaledExchange[] = []
  #nextNumber = 1
  #nextLocal = 1

  /** @param id 16 random octets, hexadecimal */
  constructor(id: string, limits: JournalLimits = journalLimits) {
    this.id = id
    this.#limits = limits
    this.#callers = new Callers(limits)
    this.#byPeer = new Served(limits)
    this.#unacknowledged = new Unacknowledged(limits)
  }

  static restore(restored: RestoredJournal, limits: JournalLimits = journalLimits): Journal {
    const journal = new Journal(restored.id, limits)
    for (const record of restored.records) journal.#replay(record)
    journal.#nextNumber = Math.max(journal.#nextNumber, restored.next.number)
    journal.#nextLocal = Math.max(journal.#nextLocal, restored.next.local)
    return journal
  }

  /** All open exchanges, in the order in which they started. */
  exchanges(): Iterable<JournaledExchange> {
    return this.#exchanges.values()
  }

  /** Octets of unacknowledged messages sent from here. */
  get octets(): number {
    return this.#unacknowledged.octets
  }

  /** The open call with `id`. */
  called(id: string): JournaledExchange | undefined {
    return this.#byId.get(id)
  }

  /** Starts a call; `undefined` at a limit. @throws {RangeError} if `id` is open already */
  call(call: CallStart, now: number): JournaledExchange | undefined {
    if (this.#byId.has(call.id)) throw new RangeError(`exchange "${call.id}" is open already`)
    const oldest = this.#oldest
    if (this.#exchanges.size >= this.#limits.exchanges || this.#nextNumber - oldest >= this.#limits.span)
      return undefined
    const number = this.#nextNumber
    return this.#begin({ ...call, side: 'caller', local: this.#nextLocal, callerJournal: this.id, number, at: now })
  }

  /**
   * Removes a call that could not be stored and that no one has seen. No record remains, unless it was stored after
   * all.
   */
  withdraw(exchange: JournaledExchange): void {
    const { start } = exchange
    if (this.#exchanges.get(start.local) !== exchange) return
    this.remove(exchange)
    const started = this.#records.findIndex((record) => record.type === 'started' && record.start === start)
    if (started < 0) return
    this.#records.splice(started, 1)
    this.#records = this.#records.filter((record) => !('local' in record) || record.local !== start.local)
  }

  /**
   * Binds a call to the agent that answers its name, before anything is sent there. A bound call stays with that agent
   * and its journal: another one cannot know what was executed. For another one, the result is the outcome that ends
   * the call.
   */
  bind(exchange: JournaledExchange, binding: Binding): Outcome | undefined {
    const present = exchange.binding
    if (present === undefined) {
      this.#bind(exchange, binding)
      this.#records.push({ type: 'bound', local: exchange.start.local, binding })
      return undefined
    }
    if (present.peer !== binding.peer)
      return lost(`it started with ${present.peer}; "${exchange.start.name}" is now ${binding.peer}`)
    if (present.journal !== binding.journal) return lost(`${present.peer} lost its journal`)
    return undefined
  }

  /** What to do about a caller's `open`. */
  admit(open: OpenMessage, peer: AgentId, now: number): CallAdmission {
    if (open.serverJournal !== this.id) return { type: 'journal' }
    const fault = faultOf(open)
    if (fault !== undefined) return overLimit(fault)
    const caller = callerOf(peer, open.callerJournal)
    const known = this.#served.get(caller)?.get(open.number)
    const standing = this.#callers.look(caller, open, this.#records)
    this.#dropBelow(caller, open.oldest)
    if (known !== undefined && standing !== 'over') {
      known.heardAt = now
      this.release(known, open.acknowledged)
      return { type: 'known', exchange: known }
    }
    if (standing === 'over') return { type: 'over', outcome: lost('it has ended here and was forgotten') }
    if (standing === 'strange') return { type: 'over', outcome: lost('its caller was forgotten here') }
    // Not remembered: there are too many numbers beyond the span, and this `open` stays beyond it.
    if (standing === 'beyond') return overLimit(`more than ${this.#limits.span} exchanges`)
    const excess = this.#excessOf(open, peer)
    if (excess !== undefined) {
      this.#callers.finish(caller, open.number, this.#records)
      return overLimit(excess)
    }
    const { callerJournal, number, id, protocol, priority, head } = open
    const exchange = this.#begin(
      {
        side: 'server',
        local: this.#nextLocal,
        callerJournal,
        number,
        id,
        name: peer,
        protocol,
        class: open.class,
        priority,
        head: new Uint8Array(head), // a view would keep the packet around it in memory
        at: now,
      },
      { peer, journal: callerJournal },
    )
    return { type: 'new', exchange }
  }

  /** Appends a message to our side; its cursor, or `full` until the other side has acknowledged more. */
  append(exchange: JournaledExchange, octets: Uint8Array): number | 'full' {
    if (!this.#unacknowledged.hasRoom(exchange, octets.length)) return 'full'
    const cursor = exchange.outbox.append(octets)
    exchange.reach.sent = cursor
    this.#unacknowledged.grow(exchange, octets.length + messageOverhead)
    this.#records.push({ type: 'sent', local: exchange.start.local, cursor, octets })
    return cursor
  }

  /** The other side has everything up to `cursor`. */
  release(exchange: JournaledExchange, cursor: number): void {
    if (cursor <= exchange.outbox.released || cursor > exchange.outbox.sent) return
    this.#unacknowledged.grow(exchange, -exchange.outbox.release(cursor))
    this.#records.push({ type: 'released', local: exchange.start.local, cursor })
  }

  /** The program has processed everything up to `cursor`, which must have arrived. */
  acknowledge(exchange: JournaledExchange, cursor: number): void {
    const { reach, inbox, start } = exchange
    if (cursor <= reach.acknowledged) return
    if (cursor > exchange.received)
      throw new RangeError(`cursor ${cursor} was not received; the last is ${exchange.received}`)
    for (let each = reach.acknowledged + 1; each <= cursor; each++) inbox.delete(each)
    reach.acknowledged = cursor
    this.#records.push({ type: 'acknowledged', local: start.local, cursor })
  }

  /** Our messages are complete: a caller's `end`, or the `outcome` of a handler. */
  end(exchange: JournaledExchange, outcome?: Outcome): void {
    if (exchange.reach.ended) return
    exchange.reach.ended = true
    if (exchange.start.side === 'server') exchange.outcome = outcome
    this.#records.push({ type: 'ended', local: exchange.start.local, outcome })
  }

  /** A caller gives up. Kept until the other side knows. */
  cancel(exchange: JournaledExchange, reason: string): void {
    if (exchange.cancelled !== undefined) return
    exchange.cancelled = reason
    this.#records.push({ type: 'cancelled', local: exchange.start.local, reason })
  }

  /** The exchange has ended and both sides know. Only the fact that it took place is kept. */
  remove(exchange: JournaledExchange): void {
    const { start } = exchange
    if (!this.#exchanges.delete(start.local)) return
    this.#unacknowledged.grow(exchange, -exchange.outbox.release(exchange.outbox.sent))
    this.#records.push({ type: 'removed', local: start.local })
    this.#dropName(exchange)
    if (start.side === 'server') this.#callers.finish(callerKey(exchange), start.number, this.#records)
  }

  /** Served exchanges removed because their callers have forgotten them. Each is reported once. */
  forgotten(): readonly JournaledExchange[] {
    return this.#forgotten.splice(0)
  }

  /** Exchanges not heard of for longer than `retention`. The host must end and remove them. */
  expired(now: number): readonly JournaledExchange[] {
    const all = [...this.#exchanges.values()]
    return all.filter((exchange) => now - (exchange.heardAt ??= now) > this.#limits.retention)
  }

  /** The first message of a call to its server. @param asks `again`: the server may know it */
  openMessage(exchange: JournaledExchange, asks: 'first' | 'again'): OpenMessage {
    const { id, number, protocol, priority, head } = exchange.start
    return {
      kind: 'open',
      callerJournal: this.id,
      number,
      oldest: this.#oldest,
      again: asks === 'again',
      serverJournal: exchange.binding!.journal,
      acknowledged: exchange.durable.acknowledged,
      priority,
      class: exchange.start.class,
      protocol,
      id,
      head,
    }
  }

  /** The changes since the last call, to be stored completely or not at all. */
  take(): readonly JournalRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  /** The `records` of the last `take` could not be stored: the next `take` starts with them. */
  putBack(records: readonly JournalRecord[]): void {
    this.#records = [...records, ...this.#records]
  }

  /** The `records` are stored, so the other side may be notified of them. */
  committed(records: readonly JournalRecord[]): void {
    for (const record of records) {
      if (!('local' in record)) continue
      const durable = this.#exchanges.get(record.local)?.durable
      if (durable === undefined) continue
      if (record.type === 'sent') durable.sent = record.cursor
      else if (record.type === 'acknowledged') durable.acknowledged = record.cursor
      else if (record.type === 'ended') durable.ended = true
    }
  }

  /** Why there is no room for `open`; `undefined` if there is room, or room was made. */
  #excessOf({ head, callerJournal }: OpenMessage, peer: AgentId): string | undefined {
    let excess = this.#byPeer.excessOfOne(peer, head)
    while (excess !== undefined) {
      const lost = this.#byPeer.oldestLost(peer, callerJournal)
      if (lost === undefined) return excess
      this.remove(lost)
      this.#forgotten.push(lost)
      excess = this.#byPeer.excessOfOne(peer, head)
    }
    const { exchanges } = this.#limits
    if (this.#exchanges.size >= exchanges) return `more than ${exchanges} exchanges`
    return this.#byPeer.excessOfAll(head)
  }

  get #oldest(): number {
    const [oldest] = this.#calls
    return oldest ?? this.#nextNumber
  }

  #begin(start: ExchangeStart, binding?: Binding): JournaledExchange {
    const exchange = new JournaledExchange(start)
    this.#add(exchange)
    this.#records.push({ type: 'started', start })
    if (binding !== undefined) {
      this.#bind(exchange, binding)
      this.#records.push({ type: 'bound', local: start.local, binding })
    }
    return exchange
  }

  #add(exchange: JournaledExchange): void {
    const { start } = exchange
    this.#exchanges.set(start.local, exchange)
    this.#nextLocal = Math.max(this.#nextLocal, start.local + 1)
    if (start.side === 'server') return
    this.#byId.set(start.id, exchange)
    this.#calls.add(start.number)
    this.#nextNumber = Math.max(this.#nextNumber, start.number + 1)
  }

  #bind(exchange: JournaledExchange, binding: Binding): void {
    this.#unacknowledged.bound(exchange, binding.peer)
    exchange.binding = binding
    if (exchange.start.side === 'caller') return
    const caller = callerKey(exchange)
    const served = this.#served.get(caller) ?? new TurnoverMap<number, JournaledExchange>()
    this.#served.set(caller, served.set(exchange.start.number, exchange))
    this.#byPeer.add(binding.peer, exchange)
  }

  #dropName(exchange: JournaledExchange): void {
    const { start, binding } = exchange
    if (start.side === 'caller') {
      this.#byId.delete(start.id)
      this.#calls.delete(start.number)
    } else if (binding !== undefined) {
      const caller = callerKey(exchange)
      const served = this.#served.get(caller)
      served?.delete(start.number)
      if (served?.size === 0) this.#served.delete(caller)
      this.#byPeer.delete(binding.peer, exchange)
    }
  }

  /** A caller that says that everything below `oldest` has ended has forgotten what is still open here. */
  #dropBelow(caller: string, oldest: number): void {
    for (const exchange of this.#served.get(caller)?.values() ?? []) {
      if (exchange.start.number >= oldest) return // roughly sorted by number; the rest is dropped another time
      this.remove(exchange)
      this.#forgotten.push(exchange)
    }
  }

  #replay(record: JournalRecord): void {
    if (!('local' in record) && record.type !== 'started') {
      this.#callers.restore(record)
      return
    }
    if (record.type === 'started')
      return this.#add(Object.assign(new JournaledExchange(record.start), { heardAt: undefined }))
    const exchange = this.#exchanges.get(record.local)
    if (exchange === undefined) return
    this.#replayInto(exchange, record)
    exchange.reach.sent = exchange.outbox.sent
    Object.assign(exchange.durable, exchange.reach)
  }

  #replayInto(exchange: JournaledExchange, record: JournalRecord): void {
    const { outbox, reach, start } = exchange
    if (record.type === 'bound') this.#bind(exchange, record.binding)
    else if (record.type === 'acknowledged') reach.acknowledged = exchange.received = record.cursor
    else if (record.type === 'cancelled') exchange.cancelled = record.reason
    else if (record.type === 'released') {
      if (record.cursor > outbox.sent) outbox.skipTo(record.cursor)
      else this.#unacknowledged.grow(exchange, -outbox.release(record.cursor))
    } else if (record.type === 'sent' && record.cursor === outbox.sent + 1) {
      outbox.append(record.octets)
      this.#unacknowledged.grow(exchange, record.octets.length + messageOverhead)
    } else if (record.type === 'ended') {
      reach.ended = true
      exchange.outcome = record.outcome
    } else if (record.type === 'removed') {
      this.#unacknowledged.grow(exchange, -outbox.release(outbox.sent))
      this.#exchanges.delete(start.local)
      this.#dropName(exchange)
    }
  }
}

const callerKey = ({ start, binding }: JournaledExchange): string => callerOf(binding!.peer, start.callerJournal)

/** Why `open` can never be executed, regardless of room. Not remembered: the answer is the same each time. */
function faultOf({ id, head }: OpenMessage): string | undefined {
  if (id.length > maxIdCharacters) return `an id of ${id.length} characters; at most ${maxIdCharacters} are allowed`
  if (head.length > maxHeadOctets) return `a head of ${head.length} octets; at most ${maxHeadOctets} are allowed`
  return undefined
}
