/**
 * Which packets are lost on the air: each for itself (Bernoulli), or in bursts (Gilbert 1960, Elliott 1963): a chain of
 * two states that takes a step a packet.
 * @module
 */
import type { Random } from '../random.ts'

/** Shares, 0..1. */
export type Loss =
  | { readonly kind: 'bernoulli'; readonly share: number }
  | {
      readonly kind: 'gilbert-elliott'
      /** Of the packets in the good state that the bad one follows, and the other way round. */
      readonly toBad: number
      readonly toGood: number
      /** Of the packets in each state that are lost. */
      readonly inGood: number
      readonly inBad: number
    }

/** Says of each packet in turn whether it is lost. The chain begins in the good state. */
export function createLoss(loss: Loss, random: Random): () => boolean {
  if (loss.kind === 'bernoulli') return () => random() < loss.share
  let isBad = false
  return () => {
    isBad = isBad ? random() >= loss.toGood : random() < loss.toBad
    return random() < (isBad ? loss.inBad : loss.inGood)
  }
}
