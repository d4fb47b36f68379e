/** How a link of a border stands; what a proposal is about and what became of it, each in a few words. Free of zod, so that the page can import it. @module */
import type { Border, Proposal } from './steering.ts'
import { actorText } from './actor-text.ts'
import { unknown } from './figures.ts'

type State = Proposal['state']
type BorderLink = Border['links'][number]

/** Whether it is likely to be full within the horizon: from its threshold on, as the engine has it. */
export const isAbove = ({ load, capacity, threshold }: Pick<BorderLink, 'load' | 'capacity' | 'threshold'>): boolean =>
  load !== null && capacity > 0 && load >= threshold

/** Share of its capacity; null: not known. */
export const usedOf = ({ load, capacity }: Pick<BorderLink, 'load' | 'capacity'>): number | null =>
  load === null || capacity === 0 ? null : load / capacity

/** In the order of a proposal's life. */
const stateMeanings: Readonly<Record<State, string>> = {
  open: 'its moves are not in force',
  taken: 'its moves are in force',
  measured: 'its moves were made, and what they gave is known',
  relieved: 'the load fell without its moves',
  outdated: 'other moves would be better now, or one of its own cannot be made',
}
/** Of a proposal: moves that end early are measured by nobody. */
export const meaningOf = ({ state, outcome }: Pick<Proposal, 'state' | 'outcome'>): string =>
  state === 'measured' && outcome === null
    ? 'its moves were in force, and ended before what they gave was known'
    : stateMeanings[state]
export const states = Object.keys(stateMeanings) as readonly State[]

/** Whether its outcome is what the moves gave; else it is what came without them. */
export const isTaken = ({ state }: Pick<Proposal, 'state'>): boolean => state === 'taken' || state === 'measured'

/** `10.16.0.0/16 pe-1-tr-1 → pe-2-tr-1`, `3 prefixes pe-1-tr-1 → 2 links` */
export function movesText(moves: Proposal['moves']): string {
  const [first] = moves
  if (first === undefined) return 'nothing'
  const oneOf = (names: readonly string[], more: string): string => {
    const { size } = new Set(names)
    return size === 1 ? names[0]! : `${size} ${more}`
  }
  const of = (end: 'from' | 'to'): string =>
    oneOf(
      moves.map((move) => move[end]),
      'links',
    )
  const prefixes = oneOf(
    moves.map(({ prefix }) => prefix),
    'prefixes',
  )
  return `${prefixes} ${of('from')} → ${of('to')}`
}

/** Of the fullest of the links because of which it was opened: `93 → 61 %`. */
export function expectedText({ because, expected }: Pick<Proposal, 'because' | 'expected'>): string {
  const of = because
    .flatMap(({ link, capacity }) => {
      const one = expected.find((each) => each.link === link)
      return one === undefined ? [] : [{ before: one.before / capacity, after: one.after / capacity }]
    })
    .reduce<{ before: number; after: number } | undefined>((a, b) => (a && a.before >= b.before ? a : b), undefined)
  return of === undefined ? unknown : `${percent(of.before)} → ${percent(of.after)} %`
}

/** Of the link that was or would have been fullest: `peak 61, not 93 %`, where 93 % is what the other choice gives. */
export function outcomeText({ because, outcome }: Pick<Proposal, 'because' | 'outcome'>): string {
  const of = because
    .flatMap(({ link, capacity }) => {
      const one = outcome?.links.find((each) => each.link === link)
      return one === undefined ? [] : [{ peak: one.peak / capacity, other: one.otherPeak / capacity }]
    })
    .reduce<{ peak: number; other: number } | undefined>(
      (a, b) => (a && Math.max(a.peak, a.other) >= Math.max(b.peak, b.other) ? a : b),
      undefined,
    )
  return of === undefined ? unknown : `peak ${percent(of.peak)}, not ${percent(of.other)} %`
}

const percent = (share: number): string => (share * 100).toFixed(0)

type Approval = NonNullable<Proposal['approval']>

/** Who approves or ends; follows "by". */
export const approverNames: Readonly<Record<Approval['by'], string>> = {
  operator: 'the operator',
  vagus: 'vagus itself',
  agent: 'an agent',
}
/** The same, and with what right. */
export const approverText = ({ by, approver }: Pick<Approval, 'by' | 'approver'>): string => {
  if (by === 'operator') return approver === undefined ? approverNames[by] : actorText(approver)
  return `${approver === undefined ? approverNames[by] : actorText(approver)}, within the bounds of vagus.yaml`
}

/** In one or two words: who approved it last, and whether that has ended. */
export const approvedText = ({ approval }: Pick<Proposal, 'approval'>): string => {
  if (approval === null) return unknown
  return approval.state === 'ended' ? `${approval.by}, ended` : approval.by
}

/** Those by which something is set; where traffic is to come, nothing is. */
export const setLeases = ({ leases }: Pick<Approval, 'leases'>): Approval['leases'] =>
  leases.filter(({ med }) => med !== null)

/** Those of one prefix together, where they were in the order in which they were made. */
export const leasesByPrefix = ({ leases }: Pick<Approval, 'leases'>): Approval['leases'] => {
  const prefixes = leases.map(({ prefix }) => prefix)
  return leases.toSorted((a, b) => prefixes.indexOf(a.prefix) - prefixes.indexOf(b.prefix))
}

/** What one neighbour was told of the prefix of a lease, and what it was told once that was set. */
export interface ToldChange {
  readonly neighbour: string
  readonly before: string
  readonly after: string
  /** Of its AS_PATH; null: not known. */
  readonly asPathLength: number | null
}

type Told = Approval['leases'][number]['before'][number]

/** One for each neighbour that is or was told of it, in the order of `before`. */
export function toldChanges({ before, after }: Pick<Approval['leases'][number], 'before' | 'after'>): ToldChange[] {
  const added = (after ?? []).filter(({ neighbour }) => !before.some((one) => one.neighbour === neighbour))
  return [...before, ...added].map(({ neighbour, asPathLength }) => {
    const of = (told: readonly Told[]): Told | undefined => told.find((one) => one.neighbour === neighbour)
    const now = after === null ? undefined : of(after)
    return {
      neighbour,
      before: toldText(of(before)),
      after: after === null ? unknown : toldText(now),
      asPathLength: now?.asPathLength ?? asPathLength,
    }
  })
}

const toldText = (told: Told | undefined): string =>
  told === undefined ? 'nothing' : told.med === null ? 'no MED' : `MED ${told.med}`
