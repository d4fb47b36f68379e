/**
 * Confirmed commits (RFC 6241 §8.4): what is changed goes back unless it is confirmed in time. One at a time. The state is
 * to be written down after each step and before what the step asks for, so that a program that dies goes on from there.
 * @module
 */
import type { Change } from './change.ts'
import type { Edit } from './path.ts'

export const commitLimits = {
  /** Commits that are over; at the limit the oldest is forgotten. */
  ended: 64,
  /** Keys of requests; at the limit the oldest is forgotten, and a request with it would be a new one. */
  keys: 1024,
} as const
/** Milliseconds between attempts to take back: the first pause, doubled after each, and the longest. */
const pauses = { first: 1000, longest: 60_000 } as const

/** What is asked for. All of it is plain data; `By` is who asks. */
export interface CommitRequest<By> {
  /** Of the client, unique among those of the same `by`; '' for none. */
  readonly key: string
  readonly by: By
  readonly comment: string
  readonly edits: readonly Edit[]
  /** Revision of the configuration before it. */
  readonly base: string
  /** That configuration. */
  readonly before: string
  /** Milliseconds for which it holds unless it is confirmed. */
  readonly confirmWithin: number
  /** `traceparent` of whoever asked (W3C Trace Context); undefined: it belongs to no trace. */
  readonly trace?: string
}

interface Record<By> extends Omit<CommitRequest<By>, 'before'> {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly change: Change
}

export interface PendingCommit<By> extends Record<By> {
  readonly before: string
  readonly phase:
    | { readonly type: 'applying' }
    | { readonly type: 'applied'; readonly goesBackAt: number }
    | {
        readonly type: 'reverting'
        readonly into: 'reverted' | 'refused'
        readonly by: By | null
        readonly because: string
        /** That failed. */
        readonly tries: number
        readonly nextTry: number
        readonly problem: string | null
      }
}

export interface EndedCommit<By> extends Record<By> {
  readonly state: 'confirmed' | 'reverted' | 'refused'
  readonly ended: { readonly at: number; readonly by: By | null; readonly because: string }
}

export interface Commits<By> {
  /** Of the newest commit. */
  readonly number: number
  readonly pending: PendingCommit<By> | null
  /** Oldest first. */
  readonly ended: readonly EndedCommit<By>[]
  /** Key and id, oldest first. */
  readonly keys: readonly (readonly [key: string, id: string])[]
}

export type CommitEvent<By> = { readonly now: number } & (
  | { readonly type: 'requested'; readonly request: CommitRequest<By> }
  /** The router took it, and this is what became of it. */
  | { readonly type: 'applied'; readonly change: Change }
  /** The router did not take it, or made of it what is not allowed. `change`: what is there of it, none where it is not known. */
  | { readonly type: 'rejected'; readonly because: string; readonly change: Change | null }
  | { readonly type: 'confirm'; readonly id: string; readonly by: By }
  /** `by` null: the program itself. */
  | { readonly type: 'revert'; readonly id: string; readonly by: By | null; readonly because: string }
  /** Nothing of it is there any more. `left`: what others have changed since, for people. */
  | { readonly type: 'reverted'; readonly change: Change; readonly left?: string }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'tick' }
  /** The program that wrote the state has ended, and another one goes on. */
  | { readonly type: 'restarted' }
)

export type CommitOutcome =
  /** To be applied. */
  | { readonly type: 'begun'; readonly id: string }
  /** The same was asked for before. */
  | { readonly type: 'again'; readonly id: string }
  /** The key was used for something else. */
  | { readonly type: 'other'; readonly id: string }
  | { readonly type: 'busy'; readonly id: string; readonly goesBackAt: number | null }
  | { readonly type: 'pending'; readonly goesBackAt: number }
  | { readonly type: 'confirmed' }
  /** To be taken back, now. */
  | { readonly type: 'revert' }
  | { readonly type: 'reverted' }
  /** It is over in another way than was asked for; `because` follows its id. */
  | { readonly type: 'over'; readonly because: string }
  | { readonly type: 'unknown' }
  /** Nothing is to be done. */
  | { readonly type: 'nothing' }

interface Step<By> {
  readonly state: Commits<By>
  readonly outcome: CommitOutcome
}

export const noCommits: Commits<never> = { number: 0, pending: null, ended: [], keys: [] }

const nothing = { type: 'nothing' } as const
const none: Change = { added: [], removed: [] }

/** Every event has an outcome in every state. */
export function stepCommits<By>(state: Commits<By>, event: CommitEvent<By>): Step<By> {
  switch (event.type) {
    case 'requested':
      return requested(state, event.request, event.now)
    case 'applied':
    case 'rejected':
      return tried(state, event)
    case 'confirm':
      return confirm(state, event)
    case 'revert':
      return revert(state, event)
    case 'reverted':
    case 'failed':
      return taken(state, event)
    case 'tick':
      return tick(state, event.now)
    case 'restarted':
      return restarted(state, event.now)
    default:
      return event satisfies never
  }
}

type EventOf<By, Type> = Extract<CommitEvent<By>, { readonly type: Type }>

/** What the router said to a commit that was sent. */
function tried<By>(state: Commits<By>, event: EventOf<By, 'applied' | 'rejected'>): Step<By> {
  const { pending } = state
  if (pending?.phase.type !== 'applying') return { state, outcome: nothing }
  if (event.type === 'rejected') {
    const half = { ...pending, change: event.change ?? none }
    return goingBack(state, half, { into: 'refused', by: null, because: event.because, now: event.now })
  }
  const goesBackAt = event.now + pending.confirmWithin
  const applied = { ...pending, change: event.change, phase: { type: 'applied', goesBackAt } } as const
  return { state: { ...state, pending: applied }, outcome: { type: 'pending', goesBackAt } }
}

/** What became of taking it back. */
function taken<By>(state: Commits<By>, event: EventOf<By, 'reverted' | 'failed'>): Step<By> {
  const { pending } = state
  if (pending?.phase.type !== 'reverting') return { state, outcome: nothing }
  const { phase } = pending
  if (event.type === 'failed') {
    const pause = Math.min(pauses.longest, pauses.first * 2 ** Math.min(phase.tries, 10))
    const again = { ...phase, tries: phase.tries + 1, nextTry: event.now + pause, problem: event.problem }
    return { state: { ...state, pending: { ...pending, phase: again } }, outcome: nothing }
  }
  const because = event.left === undefined ? phase.because : `${phase.because}; ${event.left}`
  const change = isNone(pending.change) ? event.change : pending.change
  return end(state, { ...pending, change }, phase.into, { at: event.now, by: phase.by, because })
}

function requested<By>(state: Commits<By>, request: CommitRequest<By>, now: number): Step<By> {
  const { key, before, ...rest } = request
  const known = key === '' ? undefined : state.keys.find(([one]) => one === key)?.[1]
  if (known !== undefined) {
    const record = commitOf(state, known)
    // Of one that is forgotten only its id is known.
    const isSame = record === undefined || sameEdits(record.edits, request.edits)
    return { state, outcome: { type: isSame ? 'again' : 'other', id: known } }
  }
  if (state.pending !== null) {
    const { id, phase } = state.pending
    return { state, outcome: { type: 'busy', id, goesBackAt: phase.type === 'applied' ? phase.goesBackAt : null } }
  }
  const number = state.number + 1
  const id = `commit-${number}`
  const pending: PendingCommit<By> = { ...rest, key, before, id, at: now, change: none, phase: { type: 'applying' } }
  const keys = key === '' ? state.keys : [...state.keys, [key, id] as const].slice(-commitLimits.keys)
  return { state: { ...state, number, pending, keys }, outcome: { type: 'begun', id } }
}

function confirm<By>(state: Commits<By>, { id, by, now }: { id: string; by: By; now: number }): Step<By> {
  const { pending } = state
  if (pending?.id !== id) return { state, outcome: asEnded(state, id, 'confirmed') }
  if (pending.phase.type === 'applying') return { state, outcome: { type: 'over', because: 'is not applied yet' } }
  if (pending.phase.type === 'reverting')
    return { state, outcome: { type: 'over', because: `goes back: ${pending.phase.because}` } }
  if (now >= pending.phase.goesBackAt) return { state, outcome: { type: 'over', because: `goes back: ${late}` } }
  return end(state, pending, 'confirmed', { at: now, by, because: 'confirmed' })
}

const late = 'it was not confirmed in time'

function revert<By>(
  state: Commits<By>,
  { id, by, because, now }: { id: string; by: By | null; because: string; now: number },
): Step<By> {
  const { pending } = state
  if (pending?.id !== id) return { state, outcome: asEnded(state, id, 'reverted') }
  if (pending.phase.type === 'applying') return { state, outcome: { type: 'over', because: 'is not applied yet' } }
  if (pending.phase.type === 'reverting') return { state, outcome: { type: 'revert' } }
  return goingBack(state, pending, { into: 'reverted', by, because, now })
}

function tick<By>(state: Commits<By>, now: number): Step<By> {
  const { pending } = state
  if (pending?.phase.type === 'applied' && now >= pending.phase.goesBackAt)
    return goingBack(state, pending, { into: 'reverted', by: null, because: late, now })
  const isDue = pending?.phase.type === 'reverting' && now >= pending.phase.nextTry
  return { state, outcome: isDue ? { type: 'revert' } : nothing }
}

/** How far it had been applied is not known; how long it holds is, but the clock may have been set meanwhile. */
function restarted<By>(state: Commits<By>, now: number): Step<By> {
  const { pending } = state
  if (pending === null) return { state, outcome: nothing }
  const { phase } = pending
  if (phase.type === 'applying')
    return goingBack(state, pending, {
      into: 'reverted',
      by: null,
      because: 'the agent ended while it was applied',
      now,
    })
  if (phase.type === 'reverting') {
    const again = { ...pending, phase: { ...phase, nextTry: now } }
    return { state: { ...state, pending: again }, outcome: { type: 'revert' } }
  }
  const goesBackAt = Math.min(phase.goesBackAt, now + pending.confirmWithin)
  return tick({ ...state, pending: { ...pending, phase: { ...phase, goesBackAt } } }, now)
}

function goingBack<By>(
  state: Commits<By>,
  pending: PendingCommit<By>,
  { into, by, because, now }: { into: 'reverted' | 'refused'; by: By | null; because: string; now: number },
): Step<By> {
  const phase = { type: 'reverting', into, by, because, tries: 0, nextTry: now, problem: null } as const
  return { state: { ...state, pending: { ...pending, phase } }, outcome: { type: 'revert' } }
}

function end<By>(
  state: Commits<By>,
  { before: _before, phase: _phase, ...record }: PendingCommit<By>,
  how: EndedCommit<By>['state'],
  ended: EndedCommit<By>['ended'],
): Step<By> {
  const all = [...state.ended, { ...record, state: how, ended }].slice(-commitLimits.ended)
  const outcome = how === 'confirmed' ? ({ type: 'confirmed' } as const) : ({ type: 'reverted' } as const)
  return { state: { ...state, pending: null, ended: all }, outcome }
}

function asEnded<By>(state: Commits<By>, id: string, wanted: 'confirmed' | 'reverted'): CommitOutcome {
  const found = state.ended.find((one) => one.id === id)
  if (found === undefined) return { type: 'unknown' }
  const isAsWanted = wanted === 'confirmed' ? found.state === 'confirmed' : found.state !== 'confirmed'
  if (isAsWanted) return { type: wanted }
  const why = found.state === 'confirmed' ? '' : `: ${found.ended.because}`
  return { type: 'over', because: `is ${found.state}${why}` }
}

/** The pending one or one that is over; undefined where it is forgotten, or never was. */
export function commitOf<By>(state: Commits<By>, id: string): PendingCommit<By> | EndedCommit<By> | undefined {
  return state.pending?.id === id ? state.pending : state.ended.find((one) => one.id === id)
}

const isNone = ({ added, removed }: Change): boolean => added.length + removed.length === 0

const sameEdits = (one: readonly Edit[], other: readonly Edit[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
