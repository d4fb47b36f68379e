/**
 * A pledge on its way into a domain (RFC 8995 §2.1): over one join proxy after the other it asks for a voucher, then for a
 * certificate (EST, RFC 7030), then for its settings; a member renews its certificate. What is said and shown is the
 * host's: this decides what, where and when.
 *
 *   voucher ──▶ voucher-status ──▶ cacerts ──▶ csrattrs ──▶ enrol ──▶ (as LDevID) enrol-status ──▶ settings
 * @module
 */
import type { Exchange, Outcome, PledgeEffect, PledgeEvent, Stage, Validity, Verdict } from './event.ts'
import { type PledgeLimits, pledgeLimits } from './limits.ts'
import { failPlace, hearPlace, nextPlace, nextTrial, type Places, praisePlace, validPlaces } from './places.ts'

interface Attempt {
  readonly id: number
  readonly place: string
  readonly phase:
    | { readonly type: 'connecting' }
    | { readonly type: 'asking'; readonly exchange: Exchange; readonly verdict: Verdict | undefined }
    /** The same is asked again at the deadline. */
    | { readonly type: 'waiting'; readonly exchange: Exchange }
  /** Milliseconds since 1970. */
  readonly deadline: number
  readonly redirects: number
}

export interface Pledge {
  readonly stage: Stage
  readonly places: Places
  readonly attempt: Attempt | undefined
  /** Of the last attempt. */
  readonly lastId: number
  /** No attempt before. */
  readonly notBefore: number
  /** Where the last answer came from. */
  readonly preferred: string | undefined
  /** Since when a request is held that was answered "later". */
  readonly heldSince: number | undefined
  /** In a row, in this stage. */
  readonly failures: number
  /** Of its certificate, once it has one. */
  readonly validity: Validity | undefined
}

export interface PledgeConfig {
  /** 0 up to 1. */
  readonly draw: () => number
  readonly limits?: PledgeLimits
}

type Step = readonly [Pledge, readonly PledgeEffect[]]

/** A pledge that is so far already, as after a restart. */
export const beginPledge = (
  stage: Stage,
  { validity, heldSince }: { readonly validity?: Validity; readonly heldSince?: number } = {},
): Pledge => ({
  stage,
  places: new Map(),
  attempt: undefined,
  lastId: 0,
  notBefore: -Infinity,
  preferred: undefined,
  heldSince,
  failures: 0,
  validity,
})

/** A third of a certificate's time is left to renew it. */
const renewAt = ({ notBefore, notAfter }: Validity): number => notBefore + ((notAfter - notBefore) * 2) / 3

/** When it wants a tick, milliseconds since 1970; Infinity when only another event brings it on. */
export function nextTick({ stage, attempt, places, notBefore, validity }: Pledge): number {
  if (attempt !== undefined) return attempt.deadline
  const due = stage === 'member' ? (validity === undefined ? Infinity : renewAt(validity)) : -Infinity
  return Math.max(notBefore, nextTrial(places), due)
}

/** The next state, and what is to be done, in this order. Total. */
export function stepPledge(pledge: Pledge, event: PledgeEvent, now: number, config: PledgeConfig): Step {
  const run = new Run(pledge, now, config)
  run.take(event)
  run.goOn()
  return [run.pledge, run.effects]
}

/** What follows on each exchange that was done. */
const following: Readonly<Partial<Record<Exchange, Exchange>>> = {
  'voucher-status': 'cacerts',
  cacerts: 'csrattrs',
  csrattrs: 'enrol',
  'enrol-status': 'settings',
}
const firstOf = { voucher: 'voucher', enrol: 'cacerts', settle: 'enrol-status', member: 'reenrol' } as const
/** What tells the registrar that its answer cannot be believed. */
const complaint: Readonly<Partial<Record<Exchange, Exchange>>> = { voucher: 'voucher-status', enrol: 'enrol-status' }
const good: Verdict = { status: true }

/** One step: state that is replaced, and effects that are gathered. */
class Run {
  pledge: Pledge
  readonly effects: PledgeEffect[] = []
  readonly #now: number
  readonly #draw: () => number
  readonly #limits: PledgeLimits

  constructor(pledge: Pledge, now: number, { draw, limits = pledgeLimits }: PledgeConfig) {
    this.pledge = { ...pledge, places: validPlaces(pledge.places, now) }
    this.#now = now
    this.#draw = draw
    this.#limits = limits
  }

  take(event: PledgeEvent): void {
    const { attempt, places } = this.pledge
    if (event.type === 'heard') {
      if (event.expiresAt > this.#now)
        this.#set({ places: hearPlace(places, event.place, event.expiresAt, this.#limits) })
    } else if (event.type === 'gone') {
      this.#set({ places: new Map([...places].filter(([place]) => place !== event.place)) })
    } else if (event.type === 'tick') this.#tick()
    else if (attempt === undefined || event.attempt !== attempt.id) return
    else if (event.type === 'lost') this.#lost(attempt, event.because)
    else if (event.type === 'connected') {
      if (attempt.phase.type === 'connecting') this.#begin(attempt)
    } else if (attempt.phase.type === 'asking' && attempt.phase.exchange === event.exchange) {
      this.#answered(attempt, attempt.phase, event.outcome)
    }
  }

  /** Begins an attempt where one is due. */
  goOn(): void {
    const { attempt, places, notBefore, validity, preferred } = this.pledge
    if (attempt !== undefined || notBefore > this.#now) return
    this.#endMembership()
    const { stage } = this.pledge
    if (stage === 'member' && (validity === undefined || renewAt(validity) > this.#now)) return
    const place = nextPlace(places, this.#now, preferred)
    if (place !== undefined) this.#connect(place, 0)
  }

  /** Nobody takes a certificate that has ended; the domain still knows the pledge by its IDevID. */
  #endMembership(): void {
    const { stage, validity } = this.pledge
    if (stage !== 'member' || validity === undefined || validity.notAfter > this.#now) return
    this.#set({ stage: 'enrol', failures: 0 })
    this.effects.push({ type: 'news', what: 'begins anew', because: 'its certificate has ended' })
  }

  #set(changes: Partial<Pledge>): void {
    this.pledge = { ...this.pledge, ...changes }
  }

  #connect(place: string, redirects: number): void {
    const { stage, lastId } = this.pledge
    const id = lastId + 1
    const deadline = this.#now + this.#limits.connectMs
    this.#set({ lastId: id, attempt: { id, place, phase: { type: 'connecting' }, deadline, redirects } })
    this.effects.push(
      { type: 'news', what: 'connecting', place },
      {
        type: 'connect',
        attempt: id,
        place,
        as: stage === 'voucher' || stage === 'enrol' ? 'idevid' : 'ldevid',
        trust: stage === 'voucher' ? 'provisional' : 'domain',
      },
    )
  }

  #begin(attempt: Attempt): void {
    const exchange = firstOf[this.pledge.stage]
    this.#ask(attempt, exchange, exchange === 'enrol-status' ? good : undefined)
  }

  #ask(attempt: Attempt, exchange: Exchange, verdict?: Verdict): void {
    const deadline = this.#now + this.#limits.answerMs
    this.#set({ attempt: { ...attempt, phase: { type: 'asking', exchange, verdict }, deadline } })
    this.effects.push({
      type: 'exchange',
      attempt: attempt.id,
      exchange,
      ...(verdict === undefined ? {} : { verdict }),
    })
  }

  #tick(): void {
    const { attempt } = this.pledge
    if (attempt === undefined || attempt.deadline > this.#now) return
    const { phase } = attempt
    if (phase.type === 'waiting') this.#ask(attempt, phase.exchange)
    else if (phase.type === 'connecting') this.#fail(attempt, `no connection within ${this.#limits.connectMs / 1000} s`)
    else this.#fail(attempt, `no answer within ${this.#limits.answerMs / 1000} s (${phase.exchange})`)
  }

  /** Who waits need not be connected meanwhile: it comes again when its time is over, and asks the same. */
  #lost(attempt: Attempt, because: string): void {
    if (attempt.phase.type === 'waiting') this.#set({ attempt: undefined, notBefore: attempt.deadline })
    else this.#fail(attempt, because, 'closed')
  }

  #answered(attempt: Attempt, { exchange, verdict }: Asking, answer: Outcome): void {
    const outcome = this.#judged(answer)
    this.#praise(attempt)
    if (verdict?.status === false) return this.#fail(attempt, verdict.reason)
    // Whoever is told how it went need not like it.
    const told = exchange === 'voucher-status' || exchange === 'enrol-status'
    if (outcome.type === 'done' || told) return this.#done(attempt, exchange, outcome)
    if (outcome.type === 'later') return this.#waitFor(attempt, exchange, outcome.afterMs)
    if (exchange === 'voucher') this.#set({ heldSince: undefined })
    if (outcome.type === 'elsewhere') return this.#goElsewhere(attempt, exchange, outcome.place)
    const complain = outcome.type === 'unsound' ? complaint[exchange] : undefined
    if (complain !== undefined) this.#ask(attempt, complain, { status: false, reason: outcome.because })
    else this.#fail(attempt, outcome.because)
    if (exchange === 'voucher') this.effects.push({ type: 'forget', what: 'request' })
  }

  /** A certificate that has ended would be renewed without end. */
  #judged(outcome: Outcome): Outcome {
    const isOver = outcome.type === 'done' && outcome.validity !== undefined && outcome.validity.notAfter <= this.#now
    return isOver ? { type: 'unsound', because: 'the certificate that came has ended already' } : outcome
  }

  #done(attempt: Attempt, exchange: Exchange, outcome: Outcome): void {
    this.#set({ failures: 0, heldSince: undefined })
    const next = following[exchange]
    if (next !== undefined) return this.#ask(attempt, next)
    if (exchange === 'voucher') {
      this.#reach('enrol')
      return this.#ask(attempt, 'voucher-status', good)
    }
    const validity = outcome.type === 'done' ? outcome.validity : undefined
    if (validity !== undefined || exchange === 'enrol') this.#set({ validity })
    this.#end(attempt)
    if (exchange === 'reenrol') {
      this.#set({ notBefore: this.#now + this.#limits.laterMostMs })
      this.effects.push({ type: 'news', what: 'renewed' })
    } else if (exchange === 'settings') this.#reach('member')
    else {
      this.#reach('settle')
      this.#connect(attempt.place, attempt.redirects) // a new session, with the new certificate (RFC 8995 §5.9.4)
    }
  }

  #waitFor(attempt: Attempt, exchange: Exchange, afterMs: number): void {
    const heldSince = this.pledge.heldSince ?? this.#now
    if (this.#now - heldSince >= this.#limits.heldMostMs) {
      this.#set({ heldSince: undefined })
      this.effects.push({ type: 'forget', what: 'request' })
      this.effects.push({ type: 'news', what: 'begins anew', because: 'the registrar did not decide for days' })
      return this.#fail(attempt, 'the registrar did not decide')
    }
    const milliseconds = Math.min(this.#limits.laterMostMs, Math.max(1000, afterMs))
    this.#set({ places: praisePlace(this.pledge.places, attempt.place) })
    this.#set({
      heldSince,
      attempt: { ...attempt, phase: { type: 'waiting', exchange }, deadline: this.#now + milliseconds },
    })
    this.effects.push({ type: 'news', what: 'waiting', exchange, milliseconds })
  }

  /** The request names the certificate of whom it was made for, so it is made anew (RFC 8995 §5.6). */
  #goElsewhere(attempt: Attempt, exchange: Exchange, place: string): void {
    if (exchange !== 'voucher') return this.#fail(attempt, `sent elsewhere with "${exchange}", which nobody may`)
    this.effects.push({ type: 'forget', what: 'request' })
    if (attempt.redirects >= this.#limits.redirects) return this.#fail(attempt, `sent elsewhere again, to ${place}`)
    this.#end(attempt)
    this.#connect(place, attempt.redirects + 1)
  }

  #reach(stage: Stage): void {
    this.#set({ stage, failures: 0 })
    this.effects.push({ type: 'news', what: 'reached', stage })
  }

  /** It answers, whatever it says. */
  #praise({ place }: Attempt): void {
    this.#set({ preferred: place })
  }

  #end({ id, place }: Attempt): void {
    this.#set({ attempt: undefined, places: praisePlace(this.pledge.places, place) })
    this.effects.push({ type: 'close', attempt: id })
  }

  #fail({ id, place }: Attempt, because: string, connection: 'open' | 'closed' = 'open'): void {
    const { places, failures, stage } = this.pledge
    const [least, most] = this.#limits.betweenMs
    const notBefore = this.#now + least + this.#draw() * (most - least)
    this.#set({
      attempt: undefined,
      places: failPlace(places, place, this.#now, this.#limits),
      notBefore,
      preferred: undefined,
      failures: failures + 1,
    })
    if (connection === 'open') this.effects.push({ type: 'close', attempt: id })
    if ((stage === 'enrol' || stage === 'settle') && failures + 1 >= this.#limits.staleAfter) {
      this.#set({ stage: 'voucher', failures: 0 })
      this.effects.push({ type: 'forget', what: 'voucher' })
      this.effects.push({ type: 'news', what: 'begins anew', because: 'the domain of its voucher does not answer' })
    }
    const nextInMs = Math.max(notBefore, nextTrial(this.pledge.places)) - this.#now
    this.effects.push({ type: 'news', what: 'failed', place, because, nextInMs })
  }
}

type Asking = Extract<Attempt['phase'], { readonly type: 'asking' }>
