/** What both sides of an exchange share: sending, reading, acknowledging, and the line that carries them. @module */
import { type JournaledExchange, maxMessageOctets, messageOverhead, type TrafficClass } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { checkOctets } from './check-octets.ts'
import { AgentError, type AgentErrorCode, agentErrorWithoutStack } from '../errors.ts'
import type { Message } from '../exchange.ts'
import type { ExchangeLine } from './exchange-line.ts'
import { Condition } from '../condition.ts'
import type { JournalKeeper } from '../journal/journal-keeper.ts'
import type { UnreadMessages } from './unread-messages.ts'

export abstract class JournaledSide {
  readonly journaled: JournaledExchange
  protected readonly keeper: JournalKeeper
  protected line: ExchangeLine | undefined
  /** Why it ended. */
  protected failure: AgentError | undefined
  /** Something arrived, or the end. */
  protected readonly arrived = new Condition()
  readonly #unreadOfAll: UnreadMessages
  /** Fulfilled when all that was queued so far has been taken, or refused. */
  protected queued: Promise<void> = Promise.resolve()
  /** Number of programs that wait for a message. */
  #readers = 0
  /** Octets received and not read by the program, across lines: the other side may open new lines at will. */
  #unread = 0
  #counts = true
  /** The last cursor whose message no longer counts. */
  #read: number

  constructor(journaled: JournaledExchange, keeper: JournalKeeper, unread: UnreadMessages) {
    this.journaled = journaled
    this.#unreadOfAll = unread
    this.keeper = keeper
    this.#read = journaled.reach.acknowledged
  }

  get id(): string {
    return this.journaled.start.id
  }

  get protocol(): string {
    return this.journaled.start.protocol
  }

  get class(): TrafficClass {
    return this.journaled.start.class
  }

  get head(): Uint8Array {
    return this.journaled.start.head
  }

  get sent(): number {
    return this.journaled.reach.sent
  }

  get acknowledged(): number {
    return this.journaled.reach.acknowledged
  }

  async send(octets: Uint8Array): Promise<number> {
    const cursor = await this.queue(octets)
    await this.keeper.kept() // not those behind it, which may wait for room
    return cursor
  }

  async stored(): Promise<void> {
    await this.queued
    await this.keeper.kept()
  }

  async queue(octets: Uint8Array): Promise<number> {
    checkOctets('octets', octets, maxMessageOctets)
    // One after the other, so that none overtakes one that waits for room.
    const queueing = this.queued.then(() => this.#append(octets))
    this.queued = queueing.then(ignore, ignore)
    return queueing
  }

  async *messages({
    after = this.acknowledged,
    acknowledge = 'next',
  }: { readonly after?: number; readonly acknowledge?: 'next' | 'manual' } = {}): AsyncGenerator<Message, undefined> {
    const { inbox, reach } = this.journaled
    if (after < reach.acknowledged) {
      throw new AgentError(
        'gap',
        `messages up to ${reach.acknowledged} are acknowledged and gone; ${after} was requested`,
      )
    }
    this.#isRead(after)
    for (let cursor = after; ;) {
      const octets = inbox.get(cursor + 1)
      if (octets !== undefined) {
        cursor++
        this.#isRead(cursor)
        yield { cursor, octets }
        if (acknowledge === 'next') this.acknowledge(cursor)
        continue
      }
      const { last } = this.journaled
      if (last !== undefined && cursor >= last) {
        if (this.failure !== undefined) throw this.failure
        return undefined
      }
      if (this.failure !== undefined) throw this.failure
      this.#readers++
      await this.arrived.next()
      this.#readers--
    }
  }

  acknowledge(cursor: number): void {
    if (this.isOver) return
    this.#isRead(Math.min(cursor, this.journaled.received))
    this.keeper.journal.acknowledge(this.journaled, cursor)
    this.keeper.keepSoon()
    this.progressed()
  }

  /** Something was stored, so it may be sent. */
  pump(): void {
    this.line?.pump()
  }

  protected abstract get isOver(): boolean

  /** The other side has more room for us, or none is left of it that waits. */
  protected released(line: ExchangeLine): void {
    if (this.keeper.room.isAwaited) this.keeper.keep()
    else this.keeper.keepSoon()
    line.pump()
  }

  /** The program has made progress. */
  protected abstract progressed(): void

  protected attach(line: ExchangeLine): void {
    this.line = line
    if (this.#isHeldBack) line.pause()
  }

  /**
   * Whether a message of `octets` may arrive. One that a program waits for always may: otherwise messages waiting
   * elsewhere could keep it away.
   */
  protected takes(octets: number): boolean {
    if (this.#read === Infinity || (this.#readers > 0 && this.#unread === 0)) return true
    return this.#unreadOfAll.hasRoom(this.#peer, octets + messageOverhead)
  }

  /** A new message arrived. */
  protected received({ cursor, octets }: Message): void {
    if (cursor > this.#read) this.#grow(octets.length + messageOverhead)
    else if (this.#read === Infinity) this.journaled.inbox.delete(cursor)
    if (this.#isHeldBack) this.line?.pause()
    this.arrived.notify()
  }

  /** No one reads any more: discards what arrived and what will arrive. */
  protected discard(): void {
    this.#read = Infinity
    this.#grow(-this.#unread)
    this.journaled.inbox.clear()
    this.line?.resume()
  }

  /** What arrived stays for the program while the program keeps the exchange; nothing more will arrive. */
  protected uncount(): void {
    this.#grow(-this.#unread)
    this.#counts = false
  }

  protected fail(code: AgentErrorCode, problem: string): void {
    this.failure ??= agentErrorWithoutStack(code, problem)
    this.arrived.notify()
    this.keeper.room.notify()
  }

  /** The program has passed `cursor`. */
  #isRead(cursor: number): void {
    if (cursor <= this.#read) return
    const { inbox, received } = this.journaled
    for (let each = this.#read + 1; each <= Math.min(cursor, received); each++) {
      const octets = inbox.get(each)
      if (octets !== undefined) this.#grow(-octets.length - messageOverhead)
    }
    this.#read = cursor
    if (!this.#isHeldBack) this.line?.resume()
  }

  get #peer(): AgentId {
    return this.journaled.binding!.peer // sound: it is bound before any message arrives
  }

  get #isHeldBack(): boolean {
    return this.#unread > 0 && this.#unread >= this.#unreadOfAll.mostInOne(this.#peer)
  }

  #grow(octets: number): void {
    if (octets === 0 || !this.#counts) return
    this.#unread += octets
    this.#unreadOfAll.grow(this.#peer, octets)
  }

  async #append(octets: Uint8Array): Promise<number> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure
      if (this.isOver || this.journaled.reach.ended) throw new AgentError('closed', `exchange ${this.id} has ended`)
      const cursor = this.keeper.journal.append(this.journaled, octets)
      if (cursor !== 'full') {
        this.keeper.keep()
        return cursor
      }
      await this.keeper.room.next()
    }
  }
}

function ignore(): void {
  // Whoever queued it is told.
}
