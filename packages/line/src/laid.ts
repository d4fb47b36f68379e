/**
 * One path of a line, from the first question to its routers until its number may be used again:
 *
 *   phase       asked of                     goes on                        once it is not wanted
 *   holding     all routers, to hold         agreed: steering               with the answer: releasing
 *   steering    both ends, to steer into it  agreed: up                     with the answer: unsteering
 *   up                                                                      unsteering
 *   unsteering  ends, to let go              both have: draining
 *   draining                                 after drainMs: releasing
 *   releasing   routers, to let go           all have: resting
 *   resting                                  after restMs: forgotten
 *
 * What was asked for is there until its router says that it is not, or until its lease is over. So no router is asked to let
 * go of its part while an end may steer into the path.
 * @module
 */
import type { LineHold, LineSteer } from '@vagus/grasp/objectives'
import type { LineConfig } from './line-config.ts'
import type { PathParts } from './parts.ts'
import type { Path } from './path.ts'

/** Plain JSON. */
export interface Laid {
  /** Of the path, 1..65,535. */
  readonly number: number
  readonly path: Path
  /** As ordered. */
  readonly bitsPerSecond: number
  readonly phase: 'holding' | 'steering' | 'up' | 'unsteering' | 'draining' | 'releasing' | 'resting'
  /** When it came into that phase, or asked last in it. */
  readonly since: number
  readonly isWanted: boolean
  readonly holds: readonly LaidPart[]
  readonly steers: readonly LaidPart[]
  /** The end of the line for which its leases were confirmed. */
  readonly leasedFor: number
}

export interface LaidPart {
  readonly node: string
  /** 32 hexadecimal digits. */
  readonly plan: string
  readonly part: LineHold | LineSteer
  /** When its lease is to end. */
  readonly lease: number
  /** Until when the router may have it; 0: it has it not. */
  readonly until: number
}

/** `number`: of the path. */
export type LaidEffect =
  /** All or nothing, and confirmed; answered by `agreed` or `declined`. */
  | { readonly type: 'hold' | 'steer'; readonly number: number; readonly parts: readonly LaidPart[] }
  /** That the leases end otherwise now; answered by `confirmed` once all have, if at all. Comes again. */
  | { readonly type: 'confirm'; readonly number: number; readonly parts: readonly LaidPart[] }
  /** Answered by `gone` for each part, if at all. Comes again. */
  | { readonly type: 'release'; readonly number: number; readonly parts: readonly LaidPart[] }

export type LaidEvent =
  | { readonly type: 'agreed'; readonly ask: 'hold' | 'steer'; readonly number: number }
  | Declined
  /** `end`: of the line when it was asked for. */
  | { readonly type: 'confirmed'; readonly number: number; readonly end: number }
  /** That router has nothing of that plan. */
  | { readonly type: 'gone'; readonly number: number; readonly node: string; readonly plan: string }

interface Declined {
  readonly type: 'declined'
  readonly ask: 'hold' | 'steer'
  readonly number: number
  /** Without a full stop. */
  readonly because: string
  /** It may go better in a moment: what was asked for is not free yet. */
  readonly isPassing?: boolean
  /** Nodes that may have their part all the same. */
  readonly mayHold: readonly string[]
}

export interface LaidStep {
  readonly laid: Laid
  readonly effects: readonly LaidEffect[]
  /** What the line is to know. */
  readonly outcome?: LaidOutcome
}
export type LaidOutcome =
  | { readonly type: 'up' }
  | { readonly type: 'down'; readonly because: string; readonly isPassing: boolean }

/** What a path is laid with. */
export interface LaidPlan {
  readonly number: number
  readonly path: Path
  readonly bitsPerSecond: number
  readonly parts: PathParts
  /** 32 hexadecimal digits each, never used before. */
  readonly plans: { readonly hold: string; readonly steer: string }
}

/** Asks all routers to hold. `end`: of the line. */
export function lay(plan: LaidPlan, end: number, now: number, { slackMs }: LineConfig): LaidStep {
  const { number, path, bitsPerSecond, parts, plans } = plan
  // Holds end later than steers, however long either was under way.
  const lease = end + slackMs
  const holds = parts.holds.map((one) => ({ ...one, plan: plans.hold, lease, until: lease + slackMs }))
  const steers = parts.steers.map((one) => ({ ...one, plan: plans.steer, lease: end, until: 0 }))
  const begun = { phase: 'holding', since: now, isWanted: true, leasedFor: end } as const
  const laid: Laid = { number, path, bitsPerSecond, ...begun, holds, steers }
  return { laid, effects: [{ type: 'hold', number, parts: holds }] }
}

/** It is not wanted any more. */
export function withdraw(laid: Laid, now: number): LaidStep {
  const unwanted = { ...laid, isWanted: false }
  return laid.phase === 'up' ? enter(unwanted, 'unsteering', now) : { laid: unwanted, effects: [] }
}

/** After `event`. Total: what does not belong to its phase changes nothing that it holds. */
export function stepLaid(laid: Laid, event: LaidEvent, now: number, config: LineConfig): LaidStep {
  const same = { laid, effects: [] }
  if (event.type === 'gone') {
    const isGone = ({ node, plan }: LaidPart): boolean => node === event.node && plan === event.plan
    return settled(without(laid, isGone), now)
  }
  if (event.type === 'confirmed')
    return laid.phase === 'up' ? { ...same, laid: { ...laid, leasedFor: event.end } } : same
  const isAsked = laid.phase === phaseOf[event.ask]
  if (event.type === 'declined') return isAsked ? declined(laid, event, now) : same
  return isAsked ? agreed(laid, now, config) : late(laid, event.ask, now, config)
}

/** Time goes by; undefined: it is forgotten. `end`: of the line. */
export function tickLaid(laid: Laid, end: number, now: number, config: LineConfig): LaidStep | undefined {
  const { phase, since } = laid
  const same = { laid, effects: [] }
  const waited = now - since
  if (phase === 'holding' || phase === 'steering') return waited < config.answerMs ? same : unanswered(laid, now)
  if (phase === 'up') return isDue(laid, end, now, config) ? renew(laid, end, now, config) : same
  if (phase === 'draining') return waited < config.drainMs ? same : enter(laid, 'releasing', now)
  if (phase === 'resting') return waited < config.restMs ? same : undefined
  const isOver = ({ until }: LaidPart): boolean => until <= now
  const step = settled(without(laid, isOver), now)
  return step.laid.phase !== phase || waited < config.againMs ? step : enter(step.laid, phase, now)
}

/** When `tickLaid` does something next, milliseconds since 1970; Infinity: nothing is awaited. */
export function nextTickOf(laid: Laid, end: number, config: LineConfig): number {
  const { phase, since } = laid
  if (phase === 'holding' || phase === 'steering') return since + config.answerMs
  if (phase === 'draining') return since + config.drainMs
  if (phase === 'resting') return since + config.restMs
  if (phase === 'up' && laid.leasedFor === end) return Infinity
  if (phase === 'up') return laid.steers.every(({ lease }) => lease === end) ? since + config.againMs : since
  const left = [...laid.holds, ...laid.steers].filter(({ until }) => until !== 0)
  return left.reduce((least, { until }) => Math.min(least, until), since + config.againMs)
}

/** After a restart nobody answers what was asked before, and routers may have it. */
export const interrupted = (laid: Laid, now: number): LaidStep =>
  laid.phase === 'holding' || laid.phase === 'steering' ? unanswered(laid, now) : { laid, effects: [] }

/** Nodes that may hold a part of it. */
export const holdersOf = ({ holds }: Laid): readonly string[] =>
  holds.filter(({ until }) => until !== 0).map(({ node }) => node)

const phaseOf = { hold: 'holding', steer: 'steering' } as const

function agreed(laid: Laid, now: number, { slackMs }: LineConfig): LaidStep {
  const { phase, isWanted, number } = laid
  if (!isWanted) return enter(laid, phase === 'holding' ? 'releasing' : 'unsteering', now)
  if (phase === 'steering') return { laid: { ...laid, phase: 'up', since: now }, effects: [], outcome: { type: 'up' } }
  const steers = laid.steers.map((one) => ({ ...one, until: one.lease + slackMs }))
  const steering: Laid = { ...laid, phase: 'steering', since: now, steers }
  return { laid: steering, effects: [{ type: 'steer', number, parts: steers }] }
}

/** What we had given up is there after all. */
function late(laid: Laid, ask: 'hold' | 'steer', now: number, { slackMs }: LineConfig): LaidStep {
  if (laid.phase === 'holding' || laid.phase === 'steering' || laid.phase === 'up') return { laid, effects: [] }
  const there = (one: LaidPart): LaidPart => ({ ...one, until: one.lease + slackMs })
  if (ask === 'steer') return enter({ ...laid, steers: laid.steers.map(there) }, 'unsteering', now)
  const held = { ...laid, holds: laid.holds.map(there) }
  return laid.phase === 'releasing' || laid.phase === 'resting'
    ? enter(held, 'releasing', now)
    : { laid: held, effects: [] }
}

function declined(laid: Laid, { ask, because, isPassing = false, mayHold }: Declined, now: number): LaidStep {
  const kind = ask === 'hold' ? 'holds' : 'steers'
  const left = laid[kind].map((one) => (mayHold.includes(one.node) ? one : { ...one, until: 0 }))
  const step = enter({ ...laid, [kind]: left, isWanted: false }, ask === 'hold' ? 'releasing' : 'unsteering', now)
  return laid.isWanted ? { ...step, outcome: { type: 'down', because, isPassing } } : step
}

const unanswered = (laid: Laid, now: number): LaidStep =>
  declined(
    laid,
    {
      type: 'declined',
      ask: laid.phase === 'holding' ? 'hold' : 'steer',
      number: laid.number,
      because: 'nobody knows what its routers answered',
      isPassing: true,
      mayHold: laid.holds.map(({ node }) => node),
    },
    now,
  )

/** Leases that fit the end of the line are there, or were asked for a moment ago. */
function isDue(laid: Laid, end: number, now: number, { againMs }: LineConfig): boolean {
  const asked = laid.steers.every(({ lease }) => lease === end)
  return laid.isWanted && laid.leasedFor !== end && now < end && (!asked || now - laid.since >= againMs)
}

function renew(laid: Laid, end: number, now: number, { slackMs }: LineConfig): LaidStep {
  const to = (parts: readonly LaidPart[], lease: number): readonly LaidPart[] =>
    parts.map((one) => ({ ...one, lease, until: Math.max(one.until, lease + slackMs) }))
  const [holds, steers] = [to(laid.holds, end + slackMs), to(laid.steers, end)]
  const confirm: LaidEffect = { type: 'confirm', number: laid.number, parts: [...holds, ...steers] }
  return { laid: { ...laid, since: now, holds, steers }, effects: [confirm] }
}

/** With the parts that match gone. */
function without(laid: Laid, matches: (part: LaidPart) => boolean): Laid {
  const left = (parts: readonly LaidPart[]): readonly LaidPart[] =>
    parts.map((one) => (one.until !== 0 && matches(one) ? { ...one, until: 0 } : one))
  return { ...laid, holds: left(laid.holds), steers: left(laid.steers) }
}

/** In its phase, or the next one where nothing is left to wait for. */
function settled(laid: Laid, now: number): LaidStep {
  const isLeft = ({ until }: LaidPart): boolean => until !== 0
  if (laid.phase === 'unsteering' && !laid.steers.some(isLeft)) return enter(laid, 'draining', now)
  if (laid.phase === 'releasing' && !laid.holds.some(isLeft)) return enter(laid, 'resting', now)
  return { laid, effects: [] }
}

/** Asks for what that phase waits for. */
function enter(laid: Laid, phase: 'unsteering' | 'draining' | 'releasing' | 'resting', now: number): LaidStep {
  const next: Laid = { ...laid, phase, since: now, isWanted: false }
  const parts = (phase === 'unsteering' ? laid.steers : phase === 'releasing' ? laid.holds : []).filter(
    ({ until }) => until !== 0,
  )
  const step = settled(next, now)
  return parts.length === 0 ? step : { ...step, effects: [{ type: 'release', number: laid.number, parts }] }
}
