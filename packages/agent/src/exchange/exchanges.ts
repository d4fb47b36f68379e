/** All exchanges of an agent: its own calls and those it serves. @module */
import type { Duplex } from 'node:stream'
import { type JournaledExchange, maxHeadOctets, maxIdCharacters, maxMessageOctets, type Peer } from '@vagus/channel'
import { randomOctets } from '@vagus/transport'
import { CallerExchange } from './caller-exchange.ts'
import { checkOctets } from './check-octets.ts'
import type { AgentId } from '@vagus/identity'
import { TurnoverMap } from '@vagus/wire'
import { AgentError } from '../errors.ts'
import type { CallOptions, Exchange, ExchangeHandler } from '../exchange.ts'
import { ExchangeLine, type LineEvents } from './exchange-line.ts'
import { JournalKeeper } from '../journal/journal-keeper.ts'
import type { JournalStore } from '../journal/journal-store.ts'
import type { ExchangeSessions } from './exchange-session.ts'
import type { Admitted } from '../peers/admitted.ts'
import { ServerExchange } from './server-exchange.ts'
import { defaultPriority } from '../link/service-header.ts'
import { UnfinishedMessages } from './unfinished-messages.ts'
import { UnreadMessages } from './unread-messages.ts'

/** Milliseconds between checks for exchanges whose retention has ended. */
const upkeepInterval = 60_000

export class Exchanges {
  readonly #keeper: JournalKeeper
  readonly #sessions: ExchangeSessions
  readonly #calls = new TurnoverMap<number, CallerExchange>()
  /** Calls whose start is not stored yet, by id. */
  readonly #beginning = new TurnoverMap<string, Promise<CallerExchange>>()
  readonly #served = new TurnoverMap<number, ServerExchange>()
  readonly #handlers = new Map<string, ExchangeHandler>()
  readonly #unfinished = new UnfinishedMessages()
  readonly #unread = new UnreadMessages()
  readonly #upkeep: NodeJS.Timeout
  #isClosed = false

  constructor(store: JournalStore, sessions: ExchangeSessions) {
    this.#sessions = sessions
    this.#keeper = new JournalKeeper(store, (local) => (this.#calls.get(local) ?? this.#served.get(local))?.pump())
    for (const exchange of this.#keeper.journal.exchanges()) {
      if (exchange.start.side === 'caller') this.#addCall(exchange)
      else this.#addServed(exchange)
    }
    this.#upkeep = setInterval(() => this.#expire(), upkeepInterval).unref()
  }

  get journalId(): string {
    return this.#keeper.journal.id
  }

  async call(name: string, options: CallOptions): Promise<Exchange> {
    const { head, signal } = options
    checkCall(options, head)
    signal?.throwIfAborted()
    if (this.#isClosed) throw new AgentError('closed', 'the agent was closed')
    const exchange = await this.#called(name, options)
    if (signal !== undefined) exchange.cancelOn(signal)
    return exchange
  }

  /** The open calls of this agent. */
  open(): readonly Exchange[] {
    return [...this.#calls.values()]
  }

  serve(protocol: string, handler: ExchangeHandler): void {
    if (this.#handlers.has(protocol)) throw new TypeError(`"${protocol}" is served already`)
    this.#handlers.set(protocol, handler)
    const absent = new Set<string>()
    for (const exchange of this.#served.values()) {
      if (exchange.protocol !== protocol) continue
      exchange.run(handler, 'resume')
      const { absentCaller } = exchange
      if (absentCaller !== undefined) absent.add(absentCaller)
    }
    for (const caller of absent) this.#sessions.reach(caller)
  }

  /** A stream that another agent opened for an exchange. */
  receive(stream: Duplex, peer: Peer): void {
    const events: LineEvents = {
      message: (message) => {
        if (message.kind !== 'open' || this.#isClosed) return false
        const admission = this.#keeper.journal.admit(message, peer.identity.id, Date.now())
        this.#keeper.keepSoon()
        for (const { start } of this.#keeper.journal.forgotten())
          this.#served.get(start.local)?.drop('the caller has forgotten it')
        if ('exchange' in admission) {
          const asked = message.again || admission.type === 'known' ? 'again' : 'first'
          this.#serve(admission.exchange, admission.type, line, peer, asked)
        } else {
          if (admission.type === 'journal') line.write({ kind: 'journal', journal: this.journalId })
          else line.write({ kind: 'over', cursor: 0, ...admission.outcome })
          line.end() // otherwise any number of others could be started in the same stream
        }
        return true
      },
      takes: () => true,
      next: () => undefined,
      closed: () => undefined,
    }
    const line = new ExchangeLine(stream, events, this.#unfinished.of(peer.identity.id))
  }

  /** Ends those with agents that are not admitted. A caller that has not come back yet is judged when it does. */
  judge(admitted: Pick<Admitted, 'refusalOfCall' | 'refusalOfExchange'>): void {
    for (const call of this.#calls.values()) {
      const { peerId } = call
      const refusal = peerId && admitted.refusalOfCall(peerId)
      if (refusal !== undefined) call.refuse(refusal)
    }
    for (const exchange of this.#served.values()) {
      const { knownPeer } = exchange
      const refusal = knownPeer && admitted.refusalOfExchange(knownPeer)
      if (refusal !== undefined) exchange.drop(refusal)
    }
  }

  /** `peer` has nothing more to do with this agent. */
  refusedBy(peer: AgentId, problem: string): void {
    for (const call of this.#calls.values()) if (call.peerId === peer) call.refuse(problem)
    for (const exchange of this.#served.values()) if (exchange.callerId === peer) exchange.drop(problem)
  }

  /** Fulfilled when those that have just ended had the time to say so. @throws the disk's error */
  close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#upkeep)
    for (const exchange of [...this.#calls.values(), ...this.#served.values()]) exchange.leave()
    this.#keeper.close()
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve))) // what is written in this turn leaves in the next
  }

  /** The open call of this id, or a new one. */
  async #called(name: string, options: CallOptions): Promise<CallerExchange> {
    const { protocol, head, content, class: trafficClass = 'call', priority = defaultPriority } = options
    const id = options.id ?? Buffer.from(randomOctets(16)).toString('base64url')
    const other = this.#beginning.get(id)
    if (other !== undefined) return other
    const present = this.#keeper.journal.called(id)
    if (present !== undefined) return this.#calls.get(present.start.local)!
    const start = { id, name, protocol, class: trafficClass, priority, head }
    const exchange = this.#keeper.journal.call(start, Date.now())
    if (exchange === undefined) throw new AgentError('limit', 'the journal has no room for another exchange')
    if (content !== undefined) this.#give(exchange, content)
    const beginning = exchange.reach.ended ? this.#beginWhole(exchange) : this.#begin(exchange)
    const begun = beginning.finally(() => this.#beginning.delete(id))
    this.#beginning.set(id, begun)
    return begun
  }

  async #begin(journaled: JournaledExchange): Promise<CallerExchange> {
    try {
      await this.#keeper.kept()
    } catch (error) {
      this.#keeper.journal.withdraw(journaled)
      throw error
    }
    return this.#addCall(journaled)
  }

  /**
   * One whose content is known looks for the other side at once: where there is a session, one commit stores start, content
   * and to whom it is bound. Others wait, so that what is sent first goes with the first message of a new session.
   */
  async #beginWhole(journaled: JournaledExchange): Promise<CallerExchange> {
    const exchange = this.#addCall(journaled)
    try {
      await this.#keeper.kept()
    } catch (error) {
      exchange.withdraw()
      throw error
    }
    return exchange
  }

  /** All of what the caller sends, where there is room for it. */
  #give(journaled: JournaledExchange, content: Uint8Array): void {
    const { journal } = this.#keeper
    if (content.length === 0 || journal.append(journaled, content) !== 'full') journal.end(journaled)
  }

  #serve(
    journaled: JournaledExchange,
    type: 'new' | 'known',
    line: ExchangeLine,
    peer: Peer,
    asked: 'first' | 'again',
  ): void {
    const exchange = this.#served.get(journaled.start.local) ?? this.#addServed(journaled)
    exchange.serve(line, peer, asked)
    if (type === 'known') return
    const handler = this.#handlers.get(exchange.protocol)
    const isStoredByHandler = handler?.begins === 'at once'
    if (isStoredByHandler) exchange.run(handler, 'begin')
    // Otherwise the start is in the journal before anything is executed, so no restart executes it again.
    const stored = isStoredByHandler ? this.#keeper.keptSoon() : this.#keeper.kept()
    stored.then(
      () => exchange.run(this.#handlers.get(exchange.protocol), 'begin'),
      () => exchange.drop('the journal cannot be written'),
    )
  }

  #addCall(journaled: JournaledExchange): CallerExchange {
    const { local } = journaled.start
    const exchange = new CallerExchange(journaled, {
      keeper: this.#keeper,
      sessions: this.#sessions,
      unfinished: this.#unfinished,
      unread: this.#unread,
      removed: () => this.#calls.delete(local),
    })
    this.#calls.set(local, exchange)
    if (this.#isClosed) exchange.leave() // meanwhile
    return exchange
  }

  #addServed(journaled: JournaledExchange): ServerExchange {
    const { local } = journaled.start
    const exchange = new ServerExchange(journaled, this.#keeper, this.#unread, () => this.#served.delete(local))
    this.#served.set(local, exchange)
    return exchange
  }

  #expire(): void {
    for (const { start } of this.#keeper.journal.expired(Date.now())) {
      this.#calls.get(start.local)?.expire()
      this.#served.get(start.local)?.drop('the caller was away for too long')
    }
  }
}

function checkCall({ protocol, id, content }: CallOptions, head: Uint8Array): void {
  if (protocol.length < 1 || protocol.length > 64) throw new RangeError('"protocol" must have 1..64 characters')
  if (id !== undefined && (id.length < 1 || id.length > maxIdCharacters))
    throw new RangeError(`"id" must have 1..${maxIdCharacters} characters`)
  checkOctets('head', head, maxHeadOctets)
  if (content !== undefined) checkOctets('content', content, maxMessageOctets)
}
