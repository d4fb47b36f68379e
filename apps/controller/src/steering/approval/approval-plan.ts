/**
 * What to ask of whom, so that the moves of a proposal happen. Pure, but for the plan-ids that it is given.
 *
 *   aside     links that the prefix neither leaves nor goes to     first, so that it never takes a way round
 *   endings   leases of earlier approvals on links to which it goes
 *   leaving   links that it leaves                                 last, when no other link is as good
 *
 * @module
 */
import type { Proposal, ProposedClass } from '@vagus/api/steering'
import { medOfClass } from '@vagus/bgp/actuation'
import type { LinkFinding } from '@vagus/steering'
import type { BorderLink, ConfiguredBorder } from '../borders.ts'
import { ApprovalProblem } from './approval-problem.ts'
import type { HeldLease } from './lease-book.ts'
import type { MedPlace } from './med-asker.ts'

interface Setting {
  readonly place: MedPlace
  /** MED of the class that was proposed; more is asked for where the goal needs it. */
  readonly least: number
}

/** Where a prefix is to enter. */
export interface Goal {
  readonly place: MedPlace
  /** The lease there that ends. A class that somebody else set there shows in what is told. */
  readonly ending: HeldLease | undefined
}

export interface ApprovalPlan {
  readonly aside: readonly Setting[]
  readonly leaving: readonly Setting[]
  /** One a prefix. */
  readonly goals: readonly Goal[]
  /** Leases of earlier approvals that this one needs as they are, and takes over. */
  readonly kept: readonly HeldLease[]
}

export interface PlanFrame {
  readonly border: ConfiguredBorder
  /** Of the border's links, at the last step. */
  readonly findings: readonly LinkFinding[]
  /** All that are in force. */
  readonly held: readonly HeldLease[]
  /** Whole seconds. */
  readonly seconds: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** 32 hexadecimal digits, never the same twice. */
  readonly newPlan: () => string
}

/** By how much the leases aside outlast those on the links that prefixes leave, so that these go straight back. Milliseconds. */
export const outlastMs = 15_000
/** A lease that is taken over must hold for so long still, milliseconds: as long as the shortest approval. */
const worthKeeping = 60_000
/**
 * The moves of a proposal hold even where every load grows to its upper bound, which 19 of 20 steps keep (§ shield in
 * `@vagus/steering`): 950 permille. That bound is learned from the link's own past; where too little of it is known, the
 * usual threshold stands for it, of which nobody knows how often it holds: 500. An intent's threshold says neither, so that
 * it counts as the usual one.
 */
const confidences = { learned: 950, usual: 500, intent: 500 } as const

/** @throws {ApprovalProblem} 409 when the configuration has changed since or a lease is about to end, 503 when a device has no id */
export function approvalPlan(
  proposal: Pick<Proposal, 'moves' | 'classes' | 'expected'>,
  frame: PlanFrame,
): ApprovalPlan {
  const { moves, classes } = proposal
  const aside: Setting[] = []
  const leaving: Setting[] = []
  const kept: HeldLease[] = []
  const isLeft = ({ prefix, link }: ProposedClass): boolean =>
    moves.some((move) => move.prefix === prefix && move.from === link)
  const isGoal = ({ prefix, link }: ProposedClass): boolean =>
    moves.some((move) => move.prefix === prefix && move.to === link)
  for (const entry of classes) {
    const move = moves.find(({ prefix }) => prefix === entry.prefix)
    if (move === undefined || entry.class === null || isGoal(entry)) continue
    const med = medOfClass(entry.class)
    if (med === undefined) throw outdated(`class ${entry.class} has no MED`)
    const earlier = heldAt(frame.held, entry)
    if (earlier !== undefined) kept.push(lasting(earlier, frame))
    else (isLeft(entry) ? leaving : aside).push({ place: placeOf(entry, move.to, proposal, frame), least: med })
  }
  const goals = moves.map(({ prefix, to }): Goal => {
    const { device, interface: name } = linkOf(to, frame).end
    const entry = { prefix, device: device.name, interface: name, link: to }
    const ending = heldAt(frame.held, entry)
    return { place: placeOf(entry, to, proposal, frame), ending }
  })
  // What else earlier approvals have of these prefixes, such as on links that are down, must not end when they do.
  const known = new Set([...kept, ...goals.flatMap(({ ending }) => (ending === undefined ? [] : [ending]))])
  const others = frame.held.filter(
    (one) => !known.has(one) && isOfBorder(one, frame) && moves.some(({ prefix }) => prefix === one.prefix),
  )
  return { aside, leaving: aside.length === 0 ? leaving : leaving.map(sooner), goals, kept: [...kept, ...others] }
}

const sooner = ({ place, least }: Setting): Setting => ({
  place: { ...place, leaseMs: place.leaseMs - outlastMs },
  least,
})

function lasting(lease: HeldLease, { now }: PlanFrame): HeldLease {
  if (lease.until - now >= worthKeeping) return lease
  const seconds = Math.max(1, Math.ceil((lease.until - now) / 1000))
  const problem = `the lease of ${lease.prefix} on ${lease.link} of an earlier approval ends in ${seconds} s`
  throw new ApprovalProblem(409, `${problem}; try again then; nothing was changed`)
}

type Place = Pick<ProposedClass, 'prefix' | 'device' | 'interface' | 'link'>

const isAt = (one: Omit<Place, 'link'>, { prefix, device, interface: name }: Omit<Place, 'link'>): boolean =>
  one.prefix === prefix && one.device === device && one.interface === name

const heldAt = (held: readonly HeldLease[], place: Place): HeldLease | undefined => held.find((one) => isAt(one, place))

const isOfBorder = ({ link }: HeldLease, { border }: PlanFrame): boolean =>
  border.links.some(({ name }) => name === link)

function linkOf(name: string, { border }: PlanFrame): BorderLink {
  const found = border.links.find((link) => link.name === name)
  if (found === undefined) throw outdated(`the border of ${border.neighbour} has no link ${name} any more`)
  return found
}

function placeOf(
  { prefix, device, interface: name, link }: Place,
  to: string,
  { expected }: Pick<Proposal, 'expected'>,
  frame: PlanFrame,
): MedPlace {
  const { end, capacity } = linkOf(link, frame)
  if (end.device.name !== device || end.interface !== name) throw outdated(`${link} is no longer at ${device} ${name}`)
  if (end.device.id === undefined)
    throw new ApprovalProblem(
      503,
      `${device} has no "id" in vagus.yaml: the id of its agent, which "vagus device --steered-by" prints; nothing was changed`,
    )
  const finding = frame.findings.find((one) => one.name === link)
  const told = expected.find((one) => one.link === link)
  const permille = (load: number): number => Math.max(0, Math.min(1000, Math.round((load / capacity) * 1000)))
  const now = finding?.load ?? told?.before ?? 0
  const basis = frame.findings.find((one) => one.name === to)?.basis ?? 'usual'
  return {
    device,
    agent: end.device.id,
    prefix,
    interface: name,
    link,
    peerAs: frame.border.as ?? 0,
    load: { now: permille(now), predicted: permille(told?.after ?? now) },
    confidence: confidences[basis],
    leaseMs: frame.seconds * 1000,
    plan: frame.newPlan(),
  }
}

const outdated = (problem: string): ApprovalProblem =>
  new ApprovalProblem(409, `the proposal is outdated: ${problem}; nothing was changed`)
