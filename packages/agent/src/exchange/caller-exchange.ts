/**
 * The caller's side: brings its exchange to the agent that answers to the name, over one session after another, until
 * it has ended. If no agent can be reached it tries again, less and less often, and at once when an address changes.
 * @module
 */
import type { Duplex } from 'node:stream'
import { Attachment, type ExchangeMessage, type JournaledExchange, type Outcome } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { AgentError, type AgentErrorCode, agentErrorWithoutStack, NotAdmittedError } from '../errors.ts'
import type { Exchange, ExchangeState } from '../exchange.ts'
import { ExchangeLine, type LineEvents } from './exchange-line.ts'
import { ExchangeOpening } from './exchange-opening.ts'
import { JournaledSide } from './journaled-side.ts'
import type { JournalKeeper } from '../journal/journal-keeper.ts'
import type { ExchangeSession, ExchangeSessions } from './exchange-session.ts'
import type { UnfinishedMessages } from './unfinished-messages.ts'
import type { UnreadMessages } from './unread-messages.ts'

/** Milliseconds between attempts to reach the other side. */
const firstPause = 50
const maxPause = 5000

interface OpenLine {
  readonly peer: AgentId
  readonly stream: Duplex
  readonly attachment: Attachment
}

const finalBefore: ReadonlySet<AgentErrorCode> = new Set(['unknown-agent', 'wrong-peer', 'other-version'])

/** Made once: without a reason Node makes one, with a stack. */
const over = agentErrorWithoutStack('closed', 'the exchange is over')

type End = Exclude<ExchangeState, 'open'>

/** What the calls of an agent have in common, and what is done when one is over. */
interface CallerParts {
  readonly keeper: JournalKeeper
  readonly sessions: ExchangeSessions
  readonly unfinished: UnfinishedMessages
  readonly unread: UnreadMessages
  readonly removed: () => void
}

export class CallerExchange extends JournaledSide implements Exchange {
  readonly #sessions: ExchangeSessions
  readonly #unfinished: UnfinishedMessages
  readonly #over = Promise.withResolvers<End>()
  readonly #stop = new AbortController()
  readonly #removed: () => void
  #state: ExchangeState = 'open'
  /** Whether the other side may have seen it, in this process or an earlier one. */
  #asked: boolean
  #opening: ExchangeOpening | undefined
  /** Why the last attempt to reach the other side failed; `undefined` once one succeeds. */
  #outage: Error | undefined
  /** The session that carries it. */
  #session: ExchangeSession | undefined

  constructor(journaled: JournaledExchange, parts: CallerParts) {
    super(journaled, parts.keeper, parts.unread)
    this.#sessions = parts.sessions
    this.#unfinished = parts.unfinished
    this.#removed = parts.removed
    this.#asked = journaled.binding !== undefined
    if (journaled.cancelled !== undefined) this.#isCancelled(journaled.cancelled)
    void this.#run()
  }

  get peerName(): string {
    return this.journaled.start.name
  }

  get peerId(): AgentId | undefined {
    return this.journaled.binding?.peer
  }

  get state(): ExchangeState {
    return this.#state
  }

  get problem(): Error | undefined {
    if (this.isOver) return this.failure
    if (this.#session?.isSilent !== true) return this.#outage
    return agentErrorWithoutStack('unreachable', `no path to "${this.peerName}" gets an answer`)
  }

  get over(): Promise<End> {
    return this.#over.promise
  }

  async end(): Promise<void> {
    await this.queued
    if (this.#state === 'closed') throw this.failure! // sound: `leave` has set it; the journal does not hold this end
    if (this.isOver) return
    this.keeper.journal.end(this.journaled)
    await this.keeper.kept()
  }

  cancel(reason: string): void {
    if (this.isOver) return
    this.keeper.journal.cancel(this.journaled, reason.slice(0, 1024))
    this.#isCancelled(reason)
    if (!this.#isAsked) this.#remove()
    this.keeper.keep()
    this.pump()
  }

  /** Cancels it when `signal` aborts, or now if it has aborted. */
  cancelOn(signal: AbortSignal): void {
    const cancel = (): void => {
      const reason: unknown = signal.reason
      this.cancel(reason instanceof Error ? reason.message : String(reason))
    }
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true, signal: this.#stop.signal })
  }

  /** Nothing was heard from the other side for as long as a journal keeps. */
  expire(): void {
    this.#finish({ code: 'gap', problem: `nothing was heard from "${this.peerName}" for too long` })
  }

  /** One of the two sides does not admit the other. */
  refuse(problem: string): void {
    this.#finish({ code: 'refused', problem })
  }

  /** It could not be stored, and no one has seen it. */
  withdraw(): void {
    this.keeper.journal.withdraw(this.journaled)
    this.#removed()
    this.leave()
  }

  /** The agent is closed: the exchange is in the journal, and the next process continues it. */
  leave(): void {
    if (this.#state === 'open') this.fail('closed', 'the agent was closed')
    this.#settle('closed')
    this.#stop.abort(over)
    this.line?.break()
  }

  protected get isOver(): boolean {
    return this.#state !== 'open'
  }

  protected progressed(): void {
    const { outcome, drained } = this.journaled
    if (outcome !== undefined && drained) this.#finish(outcome)
  }

  async #run(): Promise<void> {
    let pause = firstPause
    while (!this.#stop.signal.aborted) {
      const began = Date.now()
      const failure = await this.#try().catch((error: unknown) => error as Error)
      if (this.#stop.signal.aborted) return
      if (failure instanceof AgentError && this.#isFinal(failure)) {
        this.fail(failure.code, failure.message)
        this.#settle(failure.code)
        this.#remove()
        this.keeper.keep()
        return
      }
      this.#outage = failure
      // A line that lived for a while broke with its session: a new session probably exists already.
      pause = Date.now() - began > maxPause ? firstPause : Math.min(pause * 2, maxPause)
      await this.#sessions.changed(pause, this.#stop.signal)
    }
  }

  get #isAsked(): boolean {
    return this.#asked || this.#opening?.isAsked === true
  }

  /** Before anything was sent, a wrong name, peer or version is final; later it is an outage. Not to be admitted is final. */
  #isFinal(failure: AgentError): boolean {
    return failure instanceof NotAdmittedError || (!this.#isAsked && finalBefore.has(failure.code))
  }

  /** One line from start to end. */
  async #try(): Promise<undefined> {
    this.#asked = this.#isAsked
    const opening =
      this.#asked || this.class !== 'call'
        ? undefined
        : new ExchangeOpening(this.journaled, this.keeper, this.#stop.signal)
    this.#opening = opening
    const open = await this.#open(opening)
    if (open === undefined) return undefined
    const { peer, stream, attachment } = open
    await new Promise<void>((closed) => {
      const events: LineEvents = {
        message: (message) => this.#receive(message, attachment, line),
        takes: (octets) => this.takes(octets),
        next: () => (this.#stop.signal.aborted ? undefined : attachment.transmit()),
        closed,
      }
      const line = new ExchangeLine(stream, events, this.#unfinished.of(peer))
      this.attach(line)
      line.pump()
    })
    this.#session = undefined
    return undefined
  }

  /** The stream of a new line; `undefined` if the exchange has ended. */
  async #open(opening: ExchangeOpening | undefined): Promise<OpenLine | undefined> {
    const { signal } = this.#stop
    let line: OpenLine | undefined
    try {
      const session = await this.#sessions.to(this.peerName, signal, opening)
      const gap = this.keeper.journal.bind(this.journaled, { peer: session.peer, journal: session.journal })
      if (gap !== undefined) {
        this.#finish(gap)
        return undefined
      }
      await this.keeper.kept()
      if (signal.aborted) return undefined
      const standing = this.#isAsked ? 'again' : 'first'
      const begun = opening?.begun ?? {
        stream: session.open(this.journaled.start),
        attachment: new Attachment(this.keeper.journal, this.journaled, standing),
      }
      line = { ...begun, peer: session.peer }
      this.#asked = true
      this.#outage = undefined
      this.#session = session
      return line
    } finally {
      if (line === undefined) opening?.leave()
    }
  }

  #receive(message: ExchangeMessage, attachment: Attachment, line: ExchangeLine): boolean {
    if (message.kind === 'message' && !this.takes(message.octets.length)) return false
    const arrival = attachment.receive(message, Date.now())
    if (arrival.type === 'message' && message.kind === 'message') this.received(message)
    else if (arrival.type === 'room') this.released(line)
    else if (arrival.type === 'journal') {
      this.#finish({ code: 'gap', problem: `${this.journaled.binding!.peer} lost its journal` })
    } else if (arrival.type === 'over') {
      this.#ended(arrival.outcome)
    }
    return arrival.type !== 'violation'
  }

  #ended({ code, problem }: Outcome): void {
    if (this.journaled.cancelled !== undefined) {
      this.#remove()
      return
    }
    if (code === 'done') this.arrived.notify()
    else this.fail(code, problem)
    // The other codes come without a last cursor: there is nothing to wait for.
    if (code === 'done' || code === 'failed' || code === 'interrupted') this.progressed()
    else this.#finish({ code, problem })
  }

  #isCancelled(reason: string): void {
    this.fail('cancelled', reason)
    this.#settle('cancelled')
    this.discard() // otherwise the other side's outcome would wait behind unread messages
  }

  #finish({ code, problem }: Outcome): void {
    // No one is left to be notified of the cancellation.
    if (this.#state === 'cancelled') this.#remove()
    if (this.#state !== 'open') return
    if (code !== 'done') this.fail(code, problem)
    else this.arrived.notify()
    this.#settle(code === 'done' ? 'ended' : code)
    this.#remove()
  }

  #settle(end: End): void {
    if (this.#state === 'open') this.#state = end
    this.#over.resolve(end)
  }

  /** The journal forgets it first; then the other side may. */
  #remove(): void {
    this.keeper.journal.remove(this.journaled)
    this.uncount()
    this.#removed()
    this.#stop.abort(over)
    const { line } = this
    this.keeper.keptSoon().then(
      () => {
        line?.write({ kind: 'closed' })
        line?.end()
      },
      () => line?.break(),
    )
  }
}
