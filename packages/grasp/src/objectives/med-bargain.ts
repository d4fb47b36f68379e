/**
 * How an agent answers an offer of Congestion.MED. Each counter-offer lies between the last two, so the gap can only close and
 * no offer comes twice from different sides; with the loop count the bargain ends in an agreement or a decline.
 * @module
 */
import type { MedOffer } from './congestion-med.ts'
import { type Decline, decline } from './decline.ts'

/** What an operator allows; each side holds the other's offers against its own. */
export interface MedBounds {
  /** MEDs that can be set: those of the classes that the router has. */
  readonly meds: readonly number[]
  /** Longest lease, milliseconds. */
  readonly leaseMs: number
  /** Below it a prediction is no reason to change anything, permille. */
  readonly leastConfidence: number
  /** Prefixes that may be steered at all. */
  readonly allows: (prefix: string) => boolean
}

/** What this agent wants, and how far it would go; what lies on the other side of `wanted` is welcome, too. */
export interface MedPosition {
  readonly wanted: number
  readonly limit: number
}

/** An offer about a MED, as opposed to one that releases a lease or only asks. */
export type MedBid = MedOffer & { readonly med: number }

export type MedAnswer = { readonly type: 'accept' } | { readonly type: 'counter'; readonly med: number } | Decline

/** What is wrong with an offer whoever made it, by the bounds of the operator; undefined when it may be thought about. */
export function boundsProblem(offer: MedOffer, bounds: MedBounds): Decline | undefined {
  const { med, leaseMs, confidence, prefix } = offer
  if (!bounds.allows(prefix)) return decline('POLICY', `${prefix} is not to be steered`)
  if (med === null) return undefined
  if (!bounds.meds.includes(med)) return decline('POLICY', `MED ${med} is none of ${bounds.meds.join(', ')}`)
  if (leaseMs < 1 || leaseMs > bounds.leaseMs)
    return decline('POLICY', `a lease of ${leaseMs} ms; at most ${bounds.leaseMs}`)
  if (confidence < bounds.leastConfidence)
    return decline('POLICY', `a confidence of ${confidence} permille; at least ${bounds.leastConfidence}`)
  return undefined
}

/** Whether `next` is the same bargain as `last`: only the MED, the evidence and the header may change. */
const isSameMatter = (next: MedOffer, last: MedOffer): boolean =>
  next.prefix === last.prefix &&
  next.peerAs === last.peerAs &&
  next.ingress === last.ingress &&
  next.leaseMs === last.leaseMs &&
  next.planId.join() === last.planId.join()

/**
 * What to say to the peer's `offer`. `before` are the offers of both sides until then, oldest first; `loopCount` is that of
 * the offer: at 1 only accept and decline remain.
 */
export function answerMed(
  offer: MedBid,
  before: readonly MedBid[],
  loopCount: number,
  position: MedPosition,
  bounds: MedBounds,
): MedAnswer {
  const problem = boundsProblem(offer, bounds) ?? concessionProblem(offer, before)
  if (problem !== undefined) return problem
  const ours = before.at(-1)?.med
  if (isAcceptable(offer.med, position)) return { type: 'accept' }
  if (loopCount <= 1) return decline('LOOP', 'no agreement within the loop count')
  const med = nextOffer(offer.med, ours, loopCount, position, bounds.meds)
  if (med === undefined) return decline('RESOURCE', `nothing beyond MED ${position.limit} is possible here`)
  return { type: 'counter', med }
}

function concessionProblem(offer: MedBid, before: readonly MedBid[]): Decline | undefined {
  const last = before.at(-1)
  if (last === undefined) return undefined
  if (!isSameMatter(offer, last)) return decline('UNTRUSTED', 'the offer is about something else than the last')
  const theirs = before.at(-2)
  if (theirs === undefined || isBetween(offer.med, theirs.med, last.med)) return undefined
  return decline('UNTRUSTED', `MED ${offer.med} is not between the last offers, ${theirs.med} and ${last.med}`)
}

const isBetween = (value: number, one: number, other: number): boolean =>
  value >= Math.min(one, other) && value <= Math.max(one, other)

function isAcceptable(med: number, { wanted, limit }: MedPosition): boolean {
  if (wanted === limit) return med === limit
  return wanted < limit ? med <= limit : med >= limit
}

/**
 * First what is wanted, then half way to the other side, at last the limit; never past the limit. Of the MEDs that can be
 * set it is the nearest; undefined when there is none that is not our last.
 */
function nextOffer(
  theirs: number,
  ours: number | undefined,
  loopCount: number,
  { wanted, limit }: MedPosition,
  meds: readonly number[],
): number | undefined {
  const half = loopCount <= 2 ? limit : ((ours ?? wanted) + theirs) / 2
  const aim = ours === undefined ? wanted : half
  const distance = (med: number): number => Math.abs(med - aim)
  return meds
    .filter((med) => med !== ours && isBetween(med, ours ?? wanted, limit))
    .reduce<number | undefined>(
      (best, med) => (best === undefined || distance(med) < distance(best) ? med : best),
      undefined,
    )
}
