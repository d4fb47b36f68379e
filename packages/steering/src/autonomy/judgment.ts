/**
 * Whether the moves of a proposal helped, whoever approved it, or nobody did: moves against no moves, by the same traffic.
 *
 *   helped     a link that it was opened for was above its threshold for at most half of the time that it would have been
 *              without the moves, and for two steps less; no other link was above its threshold longer
 *   failed     a link was above its threshold for two steps longer than without the moves; or those that it was opened for
 *              were above for two steps without them, and with them their highest load was less than 2 % lower
 *   neither    all else: it was not needed, or it eased what it could not end
 *   unknown    nothing was measured
 *
 * Proposals count when they have ended, and open ones once they have been looked at for a horizon.
 * @module
 */
import type { ProposalState } from '../advisor/finding.ts'
import { sureSteps } from './limits.ts'

export type Judgment = 'helped' | 'failed' | 'neither' | 'unknown'

/** A proposal, and what was seen of it so far. */
export interface PastProposal {
  /** As the operator knows it, such as `transit-7`. */
  readonly id: string
  /** Of the last step that was seen, milliseconds since 1970. */
  readonly at: number
  /** Whether the moves were in force while it was measured. */
  readonly moves: 'in force' | 'not made'
  /** Names of the links that it was opened for. */
  readonly because: readonly string[]
  /** Null where nothing was measured. */
  readonly outcome: readonly PastLink[] | null
  /** When an approval of it by the controller was taken back for the harm that it did, milliseconds since 1970. */
  readonly takenBackAt: number | null
}

/** As it was, and `other` with the other choice. */
export interface PastLink {
  readonly link: string
  /** Highest load, bits per second. */
  readonly peak: number
  readonly otherPeak: number
  /** Steps above the threshold. */
  readonly above: number
  readonly otherAbove: number
}

/** Of the longest time that a link would be above without moves, the share that is left if they helped clearly. */
const clearShare = 0.5
/** Share by which moves lower the highest load of a link at least, if traffic follows them. */
const leastRelief = 0.02

/** Whether what was seen of it in so many steps is enough to judge it. */
export const counts = (state: ProposalState, steps: number, horizon: number): boolean =>
  state === 'open' ? steps >= horizon : state !== 'taken'

export function judgmentOf({ moves, because, outcome, takenBackAt }: PastProposal): Judgment {
  if (takenBackAt !== null) return 'failed'
  if (outcome === null) return 'unknown'
  const links = outcome.map(moves === 'in force' ? asSeen : asOther)
  if (links.some(({ made, left }) => !(made - left < sureSteps))) return 'failed'
  const hot = links.filter(({ link }) => because.includes(link))
  const needed = hot.some(({ left }) => left >= sureSteps)
  if (needed && hot.every(({ peak, peakLeft }) => !(peak <= (1 - leastRelief) * peakLeft))) return 'failed'
  const isClear = hot.some(({ made, left }) => made <= clearShare * left && left - made >= sureSteps)
  return isClear && links.every(({ made, left }) => made <= left) ? 'helped' : 'neither'
}

/** With the moves `made` and `peak`, without them `left` and `peakLeft`. */
const asSeen = ({ link, above, otherAbove, peak, otherPeak }: PastLink) => {
  return { link, made: above, left: otherAbove, peak, peakLeft: otherPeak }
}
const asOther = ({ link, above, otherAbove, peak, otherPeak }: PastLink) => {
  return { link, made: otherAbove, left: above, peak: otherPeak, peakLeft: peak }
}
