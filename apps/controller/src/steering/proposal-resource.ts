/** What the engine says of a border, with the devices and interfaces of its links. @module */
import type { Border, Proposal as ProposalResource, ProposedClass } from '@vagus/api/steering'
import type { LinkFinding, Outcome, Proposal } from '@vagus/steering'
import { timeText } from '../resources/windows.ts'
import type { ConfiguredBorder } from './borders.ts'

export interface ProposalFrame {
  readonly id: string
  readonly border: ConfiguredBorder
  readonly stepSeconds: number
  readonly classes: readonly ProposedClass[]
}

export function proposalResource(
  proposal: Proposal,
  { id, border, stepSeconds, classes }: ProposalFrame,
): ProposalResource {
  const { state, openedAt, endedAt, because, moves, expected, rejected, outcome } = proposal
  return {
    id,
    neighbour: border.neighbour,
    state,
    openedAt: timeText(openedAt),
    endedAt: endedAt === null ? null : timeText(endedAt),
    because: because.map((one) => linkResource(one, border)),
    moves: moves.map(moveResource),
    classes: [...classes],
    expected: expected.map((one) => ({ ...one })),
    rejected: rejected.map(({ move, because: reason }) => ({ move: moveResource(move), because: reason })),
    outcome: outcome && outcomeResource(outcome, stepSeconds),
    approval: null,
  }
}

export function linkResource(
  { name, load, capacity, threshold, basis, upper }: LinkFinding,
  { links }: ConfiguredBorder,
): Border['links'][number] {
  const end = links.find((link) => link.name === name)?.end
  return {
    link: name,
    device: end?.device.name ?? '',
    interface: end?.interface ?? '',
    capacity,
    load,
    threshold,
    basis,
    upper,
  }
}

const moveResource = ({ prefix, rate, from, to }: Proposal['moves'][number]): ProposalResource['moves'][number] => ({
  prefix,
  bitsPerSecond: rate,
  from,
  to,
})

const outcomeResource = ({ steps, links }: Outcome, stepSeconds: number): NonNullable<ProposalResource['outcome']> => ({
  seconds: steps * stepSeconds,
  links: links.map(({ link, peak, otherPeak, above, otherAbove }) => ({
    link,
    peak,
    otherPeak,
    secondsAbove: above * stepSeconds,
    otherSecondsAbove: otherAbove * stepSeconds,
  })),
})
