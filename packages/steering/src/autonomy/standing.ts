/**
 * Whether the controller may act at a border: it has to have been right before. Each proposal that helped counts one, also
 * if nobody approved it; one that failed begins the count anew, and so does an approval that was taken back. Others leave it
 * as it is.
 * @module
 */
import type { Bounds } from './bounds.ts'
import { judgmentOf, type PastProposal } from './judgment.ts'

export interface Standing {
  readonly acts: boolean
  /** A sentence without a full stop. */
  readonly because: string
  /** Proposals that helped since the last one that failed. */
  readonly helped: number
  readonly needed: number
  /** When it last failed, milliseconds since 1970; null: never, as far as is known. */
  readonly failedAt: number | null
}

/** `past`: those of one border that count, newest first. */
export function standingOf(past: readonly PastProposal[], { proven }: Pick<Bounds, 'proven'>): Standing {
  let helped = 0
  let failed: PastProposal | undefined
  for (const one of past) {
    const judgment = judgmentOf(one)
    if (judgment === 'helped') helped++
    if (judgment !== 'failed') continue
    failed = one
    break
  }
  // Who asks for no proof asks for one after a failure.
  const needed = failed === undefined ? proven : Math.max(1, proven)
  const acts = helped >= needed
  const failedAt = failed === undefined ? null : (failed.takenBackAt ?? failed.at)
  return { acts, because: sentenceOf(helped, needed, failed), helped, needed, failedAt }
}

function sentenceOf(helped: number, needed: number, failed: PastProposal | undefined): string {
  if (needed === 0) return 'steering.bounds.proven is 0: it acts until a proposal fails'
  const counted = `${helped} ${helped === 1 ? 'proposal' : 'proposals'} in a row helped or would have, ${needed} ${needed === 1 ? 'is' : 'are'} needed`
  if (failed === undefined) return counted
  const { id, takenBackAt } = failed
  return `${counted}: the count began anew after ${id}, which ${takenBackAt === null ? 'did not help' : 'was taken back'}`
}
