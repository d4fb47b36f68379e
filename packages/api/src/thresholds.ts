/**
 * From which figures on people are warned, wherever these are shown. Free of zod, so that the page can import it.
 * @module
 */

/** Share of what an exporter sent that was lost: from here on figures are off by more than their rounding. */
export const notableLoss = 0.01

/** Share of a link's capacity in use: from here on a link is marked, as agents count it as congested. */
export const congestedFrom = 0.8

/** From here on a link has no room for bursts: queues grow and packets are lost. */
export const nearlyFullFrom = 0.9

/** Below this, loss is lost in the rounding of sums. */
const visibleLoss = 0.001

/** How a figure is shown: as it is, marked as one to look at, or as a fault. */
export type Grade = 'plain' | 'marked' | 'bad'

/** @param utilisation share of capacity in use, 1 is full; null: not known, which is plain */
export function loadGrade(utilisation: number | null): Grade {
  if (utilisation === null || utilisation < congestedFrom) return 'plain'
  return utilisation < nearlyFullFrom ? 'marked' : 'bad'
}

/** @param share 0..1 of what was sent; null: not known, which is plain */
export function lossGrade(share: number | null): Grade {
  if (share === null || share < visibleLoss) return 'plain'
  return share < notableLoss ? 'marked' : 'bad'
}
