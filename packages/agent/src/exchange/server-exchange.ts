/** The serving side: runs the handler once, and keeps what it sends until the caller has it. @module */
import {
  Attachment,
  type ExchangeMessage,
  type JournaledExchange,
  type Outcome,
  type Peer,
  type TrafficClass,
} from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import type { ExchangeHandler, ServedExchange } from '../exchange.ts'
import type { ExchangeLine } from './exchange-line.ts'
import { JournaledSide } from './journaled-side.ts'
import type { JournalKeeper } from '../journal/journal-keeper.ts'
import type { UnreadMessages } from './unread-messages.ts'

const maxProblemCharacters = 1024

export class ServerExchange extends JournaledSide implements ServedExchange {
  readonly #removed: () => void
  readonly #gaveUp = new AbortController()
  readonly #back = Promise.withResolvers<Peer>()
  #peer: Peer | undefined
  /** Once the handler has said it. */
  #treatedAs: TrafficClass | undefined
  #isRunning = false
  #isOver = false

  constructor(journaled: JournaledExchange, keeper: JournalKeeper, unread: UnreadMessages, removed: () => void) {
    super(journaled, keeper, unread)
    this.#removed = removed
    this.#back.promise.catch(() => undefined) // mostly no one awaits it
    this.#isOver = journaled.reach.ended
    if (this.#isOver) this.discard()
  }

  get peer(): Peer {
    if (this.#peer === undefined) throw new TypeError('the caller has not come back yet; await `caller()`')
    return this.#peer
  }

  /** The caller, where it has come in this process. */
  get knownPeer(): Peer | undefined {
    return this.#peer
  }

  get callerId(): AgentId {
    return this.journaled.start.name
  }

  caller(): Promise<Peer> {
    return this.#back.promise
  }

  /** The id of the caller while it has not come back. */
  get absentCaller(): string | undefined {
    return this.line === undefined ? this.callerId : undefined
  }

  get signal(): AbortSignal {
    return this.#gaveUp.signal
  }

  treat(trafficClass: TrafficClass): void {
    this.#treatedAs = trafficClass
    this.line?.treat(trafficClass)
  }

  /** Whether a handler runs here, or did. */
  get isRunning(): boolean {
    return this.#isRunning || this.#isOver
  }

  /** Starts the handler of a new exchange, or resumes one from before a restart. */
  run(handler: ExchangeHandler | undefined, how: 'begin' | 'resume'): void {
    if (this.isRunning) return
    this.#isRunning = true
    if (handler === undefined) {
      this.#finish({ code: 'refused', problem: `"${this.protocol}" is not served here` })
    } else if (how === 'resume' && handler.resume === undefined) {
      this.#finish({ code: 'interrupted', problem: 'the agent restarted in the middle' })
    } else {
      const work = async (): Promise<void> => (how === 'begin' ? handler.handle(this) : handler.resume!(this))
      work().then(
        () => this.queued.then(() => this.#finish({ code: 'done', problem: '' })),
        (error: unknown) => this.#finish({ code: 'failed', problem: problemOf(error) }),
      )
    }
  }

  override async queue(octets: Uint8Array, leaves: 'at once' | 'with the next' = 'at once'): Promise<number> {
    const cursor = await super.queue(octets)
    if (leaves === 'with the next') {
      this.journaled.held = cursor
      this.keeper.holdBack(this)
    }
    return cursor
  }

  letGo(): void {
    this.journaled.held = 0
    this.pump()
  }

  /** The caller is connected over `line`. @param asked `again`: it waits to be told what is here already */
  serve(line: ExchangeLine, peer: Peer, asked: 'first' | 'again'): void {
    this.#peer = peer
    this.#back.resolve(peer)
    this.line?.break()
    if (this.#treatedAs !== undefined) line.treat(this.#treatedAs)
    const attachment = new Attachment(this.keeper.journal, this.journaled, 'first')
    line.handTo({
      message: (message) => this.#receive(message, attachment, line),
      takes: (octets) => this.takes(octets),
      next: () => attachment.transmit(),
      closed: () => {
        if (this.line === line) this.line = undefined
      },
    })
    this.attach(line)
    if (asked === 'again') this.letGo() // else what says that it is accepted leaves with the first message, or what is acknowledged
  }

  /** The agent is closed: the exchange is in the journal, and the next process continues it. */
  leave(): void {
    this.#isOver = true
    this.fail('closed', 'the agent was closed')
    this.#gaveUp.abort(this.failure)
    this.#back.reject(this.failure)
    this.line?.break()
  }

  /** The caller has forgotten it, was away for too long, or is not admitted any more. */
  drop(reason: string): void {
    this.#giveUp(reason)
    this.discard() // its handler may keep running
    this.keeper.journal.remove(this.journaled)
    this.#removed()
    this.keeper.keepSoon()
    this.line?.end()
  }

  protected get isOver(): boolean {
    return this.#isOver
  }

  protected progressed(): void {
    // Acknowledgements are sent with the next commit.
  }

  #receive(message: ExchangeMessage, attachment: Attachment, line: ExchangeLine): boolean {
    if (message.kind === 'message' && !this.takes(message.octets.length)) return false
    const arrival = attachment.receive(message, Date.now())
    if (arrival.type === 'message' && message.kind === 'message') this.received(message)
    else if (arrival.type === 'end') this.arrived.notify()
    else if (arrival.type === 'room') this.released(line)
    else if (arrival.type === 'cancelled') {
      line.write({ kind: 'over', cursor: this.journaled.durable.sent, code: 'cancelled', problem: arrival.reason })
      this.drop(arrival.reason)
    } else if (arrival.type === 'closed') this.drop('the caller has everything')
    return arrival.type !== 'violation'
  }

  #giveUp(reason: string): void {
    this.#isOver = true
    this.fail('cancelled', reason)
    if (!this.#gaveUp.signal.aborted) this.#gaveUp.abort(this.failure)
    this.#back.reject(this.failure)
  }

  #finish(outcome: Outcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.keeper.journal.end(this.journaled, outcome)
    this.discard()
    this.keeper.keep()
  }
}

function problemOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, maxProblemCharacters)
}
