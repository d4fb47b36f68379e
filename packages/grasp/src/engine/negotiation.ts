/**
 * One negotiation, seen from one side (RFC 8990 §2.5.5): strictly in turns, each offer with a smaller loop count.
 *
 *   initiator                        responder
 *      M_REQ_NEG  [objective] ────────▶            responder's turn
 *                 ◀──────── M_WAIT    [time]       still the responder's
 *                 ◀──────── M_NEGOTIATE [offer]    initiator's turn
 *      M_NEGOTIATE [counter-offer] ───▶
 *                 ◀──────── M_END     accept       both hold the counter-offer
 *
 * It ends: the loop count falls, waits are counted, and each turn has its deadline. The first answer may repeat the loop
 * count of the request, as the example of the RFC does against its text.
 * @module
 */
import type { ErrorCode } from '../errors.ts'
import type { Message } from '../message/message.ts'
import { hasFlag, type Objective } from '../objective.ts'
import { grasp } from '../registry.ts'

export interface Negotiation {
  readonly turn: 'peer' | 'own'
  readonly sessionId: number
  /** The last offer, of either side; what an accept refers to. */
  readonly objective: Objective
  /** M_NEGOTIATEs of both sides. */
  readonly steps: number
  /** M_WAITs of the side whose turn it is. */
  readonly waits: number
  /** When the turn is over, milliseconds since 1970. */
  readonly deadline: number
  readonly timeoutMs: number
}

export type NegotiationEvent =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'negotiate'; readonly value: Uint8Array }
  | { readonly type: 'wait'; readonly waitingTime: number }
  | { readonly type: 'accept' | 'tick' | 'closed' }
  | { readonly type: 'decline'; readonly reason?: string }
  | { readonly type: 'send-invalid'; readonly content?: Uint8Array }

export type NegotiationAction =
  | { readonly type: 'send'; readonly message: Message }
  | { readonly type: 'offered'; readonly objective: Objective }
  | { readonly type: 'waits'; readonly until: number }
  /** The ASA asked for what it may not do now; nothing changed. */
  | { readonly type: 'refused'; readonly code: ErrorCode }
  | { readonly type: 'ended'; readonly code: ErrorCode; readonly reason?: string }

export interface NegotiationLimits {
  readonly waits: number
  readonly waitMs: number
}

type Step = readonly [Negotiation, readonly NegotiationAction[]]

/** A negotiation that begins with `objective`: `turn` is the side that must answer. */
export function beginNegotiation(
  turn: 'peer' | 'own',
  sessionId: number,
  objective: Objective,
  { now, timeoutMs = grasp.timeoutMs }: { readonly now: number; readonly timeoutMs?: number },
): Negotiation {
  return { turn, sessionId, objective, steps: 0, waits: 0, deadline: now + timeoutMs, timeoutMs }
}

/** The next state and what follows. Total; after `ended` the caller drops the negotiation. */
export function stepNegotiation(
  negotiation: Negotiation,
  event: NegotiationEvent,
  { now, limits }: { readonly now: number; readonly limits: NegotiationLimits },
): Step {
  const { turn, sessionId, deadline } = negotiation
  if (event.type === 'message') return takeMessage(negotiation, event.message, now, limits)
  if (event.type === 'negotiate') return counter(negotiation, event.value, now)
  if (event.type === 'wait') return holdOn(negotiation, event.waitingTime, now, limits)
  if (event.type === 'decline') return decline(negotiation, 'declined', event.reason)
  if (event.type === 'send-invalid') {
    const { content } = event
    return end(negotiation, 'invalidNeg', {
      type: 'invalid',
      sessionId,
      ...(content === undefined ? {} : { content }),
    })
  }
  if (event.type === 'closed') return end(negotiation, 'noPeer')
  if (event.type === 'accept') {
    if (turn === 'peer') return [negotiation, [{ type: 'refused', code: 'noValidStep' }]]
    return end(negotiation, 'ok', { type: 'end', sessionId, option: 'accept' })
  }
  if (now < deadline) return [negotiation, []]
  if (turn === 'peer') return end(negotiation, 'noNegReply')
  const [declined, [told]] = decline(negotiation, 'noReply', 'no answer in time')
  return [declined, [told!, { type: 'ended', code: 'noReply', reason: 'this side did not answer in time' }]]
}

function takeMessage(negotiation: Negotiation, message: Message, now: number, limits: NegotiationLimits): Step {
  if (message.type === 'noop' || message.sessionId !== negotiation.sessionId) return [negotiation, []]
  if (message.type === 'negotiate') return takeOffer(negotiation, message.objective, now)
  if (message.type === 'wait') return takeWait(negotiation, message.waitingTime, now, limits)
  if (message.type === 'invalid') return end(negotiation, 'invalidNeg')
  if (message.type !== 'end') return decline(negotiation, 'invalidNeg', `${message.type} inside a negotiation`)
  if (message.option === 'accept') {
    return negotiation.turn === 'peer' ? end(negotiation, 'ok') : end(negotiation, 'invalidEnd')
  }
  // A peer may give up at any time, also when it is not its turn.
  const { reason } = message
  return [negotiation, [{ type: 'ended', code: 'declined', ...(reason === undefined ? {} : { reason }) }]]
}

function takeOffer(negotiation: Negotiation, objective: Objective, now: number): Step {
  const problem = offerProblem(negotiation, objective)
  if (problem !== undefined) return decline(negotiation, 'invalidNeg', problem)
  const { steps, timeoutMs } = negotiation
  return [
    { ...negotiation, turn: 'own', objective, steps: steps + 1, waits: 0, deadline: now + timeoutMs },
    [{ type: 'offered', objective }],
  ]
}

function offerProblem({ turn, objective: last, steps }: Negotiation, next: Objective): string | undefined {
  if (turn === 'own') return 'an offer out of turn'
  if (next.name !== last.name) return `an offer of "${next.name}" where "${last.name}" is negotiated`
  if (hasFlag(next, 'dryRun') !== hasFlag(last, 'dryRun')) return 'a dry run must not mix with a live negotiation'
  const most = steps === 0 ? last.loopCount : last.loopCount - 1
  if (next.loopCount > most) return `loop count must be at most ${most}, got ${next.loopCount}`
  return undefined
}

function takeWait(negotiation: Negotiation, waitingTime: number, now: number, limits: NegotiationLimits): Step {
  if (negotiation.turn === 'own') return [negotiation, []]
  if (negotiation.waits >= limits.waits) return decline(negotiation, 'noNegReply', 'too many waits')
  const deadline = now + Math.min(waitingTime, limits.waitMs)
  return [{ ...negotiation, waits: negotiation.waits + 1, deadline }, [{ type: 'waits', until: deadline }]]
}

function counter(negotiation: Negotiation, value: Uint8Array, now: number): Step {
  const { turn, objective: last, steps, sessionId, timeoutMs } = negotiation
  if (turn === 'peer') return [negotiation, [{ type: 'refused', code: 'noValidStep' }]]
  // A message must not go out with a loop count of 0 (§2.8.7): accept or decline remain.
  if (last.loopCount <= 1) return [negotiation, [{ type: 'refused', code: 'loopExhausted' }]]
  const objective = { ...last, loopCount: last.loopCount - 1, value }
  return [
    { ...negotiation, turn: 'peer', objective, steps: steps + 1, waits: 0, deadline: now + timeoutMs },
    [{ type: 'send', message: { type: 'negotiate', sessionId, objective } }],
  ]
}

function holdOn(negotiation: Negotiation, waitingTime: number, now: number, limits: NegotiationLimits): Step {
  const { turn, waits, sessionId } = negotiation
  if (turn === 'peer' || waits >= limits.waits) return [negotiation, [{ type: 'refused', code: 'noValidStep' }]]
  const time = Math.ceil(Math.min(waitingTime, limits.waitMs))
  return [
    { ...negotiation, waits: waits + 1, deadline: now + time },
    [{ type: 'send', message: { type: 'wait', sessionId, waitingTime: time } }],
  ]
}

function decline(negotiation: Negotiation, code: ErrorCode, reason?: string): Step {
  const because = reason === undefined ? {} : { reason }
  return [
    negotiation,
    [
      { type: 'send', message: { type: 'end', sessionId: negotiation.sessionId, option: 'decline', ...because } },
      { type: 'ended', code, ...because },
    ],
  ]
}

function end(negotiation: Negotiation, code: ErrorCode, message?: Message): Step {
  return [
    negotiation,
    [...(message === undefined ? [] : [{ type: 'send' as const, message }]), { type: 'ended', code }],
  ]
}
