/**
 * Whether a proposal may be approved now without a person. Every question has an answer; where anything is not known, the
 * answer is no.
 * @module
 */
import type { LinkFinding, Proposal } from '../advisor/finding.ts'
import { type Bounds, isWithin } from './bounds.ts'
import { type Action, hasRoom } from './ledger.ts'
import { hourMs, respectMs, restMs } from './limits.ts'
import type { Standing } from './standing.ts'

/** An open proposal and all that speaks for it or against it. */
export interface Case {
  readonly now: number
  readonly border: string
  readonly bounds: Bounds
  readonly standing: Standing
  readonly proposal: Pick<Proposal, 'state' | 'openedAt' | 'moves'>
  /** Why nothing is known of the border at present, a sentence; null: all is known. */
  readonly problem: string | null
  /** Why an intent of the operator bars it, a sentence; null or absent: none does. */
  readonly barred?: string | null
  /** As of this step. */
  readonly links: readonly LinkFinding[]
  /** The proposal whose approval is in force at the border, or is being negotiated; null: none. */
  readonly inForce: string | null
  /** Of all borders. */
  readonly ledger: readonly Action[]
}

/** Why not, for programs. */
export type Hindrance =
  | 'unproven'
  | 'ended'
  | 'too many moves'
  | 'prefix out of bounds'
  | 'just opened'
  | 'border unknown'
  | 'load unknown'
  | 'no room'
  | 'not needed now'
  | 'another in force'
  | 'undone by a person'
  | 'barred by an intent'
  | 'changed just now'
  | 'enough for this hour'
  | 'too much to remember'

export type Decision =
  | { readonly verdict: 'go'; /** Milliseconds. */ readonly lease: number }
  | {
      readonly verdict: 'no'
      readonly hindrance: Hindrance
      /** A sentence without a full stop. */ readonly because: string
    }

export function decide(one: Case): Decision {
  for (const rule of rules) {
    const found = rule(one)
    if (found !== undefined) return { verdict: 'no', hindrance: found[0], because: found[1] }
  }
  return { verdict: 'go', lease: one.bounds.lease }
}

type Rule = (one: Case) => readonly [Hindrance, because: string] | undefined

/** The first that speaks against it is told: what a person has to change comes before what passes. */
const rules: readonly Rule[] = [
  ({ standing }) => (standing.acts ? undefined : ['unproven', standing.because]),
  ({ proposal: { state, moves } }) =>
    state === 'open' && moves.length > 0 ? undefined : ['ended', 'the proposal is not open any more'],
  ({ proposal: { moves }, bounds }) =>
    moves.length <= bounds.moves
      ? undefined
      : ['too many moves', `it moves ${moves.length} prefixes; steering.bounds.moves allows ${bounds.moves}`],
  ({ proposal: { moves }, bounds }) => {
    const out = moves.find(({ prefix }) => !isWithin(prefix, bounds))
    return out && ['prefix out of bounds', `${out.prefix} is not within steering.bounds.prefixes`]
  },
  undoneByPerson,
  ({ barred = null }) => (barred === null ? undefined : ['barred by an intent', barred]),
  ({ inForce }) =>
    inForce === null ? undefined : ['another in force', `the approval of ${inForce} is in force at this border`],
  ({ now, border, bounds, ledger }) => {
    const asked = ledger.filter((each) => each.what === 'asked' && each.border === border && !isPast(each, now, hourMs))
    return asked.length < bounds.perHour
      ? undefined
      : [
          'enough for this hour',
          `it acted ${asked.length} times within an hour; steering.bounds.perHour allows ${bounds.perHour}`,
        ]
  },
  ({ now, ledger }) =>
    hasRoom(ledger, now) ? undefined : ['too much to remember', 'its record of the last day is full'],
  ({ problem }) => (problem === null ? undefined : ['border unknown', problem]),
  ({ now, proposal: { openedAt } }) =>
    now > openedAt ? undefined : ['just opened', 'it was opened in this step; the next one has to agree'],
  ({ now, proposal: { moves }, ledger }) => {
    const moved = moves.find(({ prefix }) =>
      ledger.some((each) => each.prefixes.includes(prefix) && !isPast(each, now, restMs)),
    )
    return moved && ['changed just now', `${moved.prefix} was moved less than ${restMs / 60_000} minutes ago`]
  },
  blind,
  crowded,
]

function undoneByPerson({ now, border, proposal: { moves }, ledger }: Case): ReturnType<Rule> {
  const undone = ledger.filter((each) => each.what === 'undone' && !isPast(each, now, respectMs))
  const here = undone.find((each) => each.border === border)
  if (here !== undefined)
    return ['undone by a person', `a person undid ${here.proposal}: it leaves the border alone for a day`]
  for (const { proposal, prefixes } of undone) {
    const moved = moves.find(({ prefix }) => prefixes.includes(prefix))
    if (moved !== undefined)
      return ['undone by a person', `a person undid ${proposal}: it leaves ${moved.prefix} alone for a day`]
  }
  return undefined
}

function blind({ proposal: { moves }, links }: Case): ReturnType<Rule> {
  const spoken = moves.flatMap(({ from, to }) => [from, to])
  const unknown = spoken.find((name) => (links.find((link) => link.name === name)?.load ?? null) === null)
  return unknown === undefined ? undefined : ['load unknown', `the load of ${unknown} is not known`]
}

/** Loads of this step: a link to be relieved is above its threshold, and none to which traffic is moved would be. */
function crowded({ proposal: { moves }, links }: Case): ReturnType<Rule> {
  const hot = links.some(
    ({ name, load, threshold }) => load !== null && load >= threshold && moves.some(({ from }) => from === name),
  )
  if (!hot) return ['not needed now', 'no link that it would relieve is above its threshold at this step']
  for (const { name, load, threshold, capacity } of links) {
    const arriving = moves.reduce((sum, { to, rate }) => (to === name ? sum + rate : sum), 0)
    const leaving = moves.reduce((sum, { from, rate }) => (from === name ? sum + rate : sum), 0)
    const after = (load ?? 0) + arriving - leaving
    if (moves.some(({ to }) => to === name) && !(after < threshold))
      return ['no room', `it would fill ${name} to ${Math.round((100 * after) / capacity)} % now`]
  }
  return undefined
}

/** What does not compare, such as a time that is no number, is not past. */
const isPast = ({ at }: Action, now: number, age: number): boolean => now - at > age
