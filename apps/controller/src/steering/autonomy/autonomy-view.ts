/** Proposals and configuration as autonomy sees them. @module */
import type { Config } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import type { Proposal } from '@vagus/api/steering'
import { type Bounds, counts, type Move, type PastProposal } from '@vagus/steering'
import type { BorderWatch } from '../border-watch.ts'

export const boundsOf = ({ bounds }: Config['steering']): Bounds => ({
  ...bounds,
  lease: parseDuration(bounds.lease),
})

export const movesOf = ({ moves }: Proposal): readonly Move[] =>
  moves.map(({ prefix, bitsPerSecond, from, to }) => ({ prefix, rate: bitsPerSecond, from, to }))

export const isInForce = ({ approval }: Proposal): boolean => approval?.state === 'in-force'

/** Those of `own`, the proposals of a border, that count. */
export function pastOf(own: readonly Proposal[], { pace: { step, horizon } }: BorderWatch): readonly PastProposal[] {
  const stepSeconds = step / 1000
  return own.flatMap((proposal) => {
    const { id, state, openedAt, endedAt, because, outcome, approval } = proposal
    const takenBack = approval?.by === 'vagus' && approval.endedBy === 'vagus' ? approval.endedAt : null
    if (takenBack === null && !counts(state, (outcome?.seconds ?? 0) / stepSeconds, horizon)) return []
    return [
      {
        id,
        at: Date.parse(endedAt ?? openedAt),
        moves: state === 'measured' ? 'in force' : 'not made',
        because: because.map(({ link }) => link),
        outcome:
          outcome?.links.map(({ link, peak, otherPeak, secondsAbove, otherSecondsAbove }) => {
            return {
              link,
              peak,
              otherPeak,
              above: secondsAbove / stepSeconds,
              otherAbove: otherSecondsAbove / stepSeconds,
            }
          }) ?? null,
        takenBackAt: takenBack === null ? null : Date.parse(takenBack),
      } as const,
    ]
  })
}
