/**
 * Has agents take parts of a path, all or nothing:
 *
 *   prepare all ─▶ accept all ─▶ confirm all
 *        └── one declines: the others are told that nothing comes of it ──┘
 *
 * What was accepted is never left out of sight: whatever fails, the answer names each part that an agent may have.
 * @module
 */
import { isUnclear, NegotiationProblem } from '../negotiation/negotiation-problem.ts'
import type { PartAsker, PartPlace, PreparedPart } from './part-asker.ts'

export type Agreement =
  | { readonly type: 'agreed' }
  /** `mayHold`: what is to be released. `device`: which did not agree. */
  | {
      readonly type: 'failed'
      readonly problem: string
      readonly device: string
      readonly mayHold: readonly PartPlace[]
    }

interface Asked {
  readonly place: PartPlace
  readonly prepared?: PreparedPart
  readonly problem?: NegotiationProblem
}

/** @param leaseMs from now */
export async function agreeOnParts(
  asker: PartAsker,
  places: readonly PartPlace[],
  leaseMs: number,
): Promise<Agreement> {
  const asked = await Promise.all(places.map((place) => prepared(asker, place, leaseMs)))
  const refused = asked.find(({ problem }) => problem !== undefined)
  if (refused !== undefined) {
    for (const one of asked) one.prepared?.decline('another router does not take its part')
    // Whether a silent one has prepared it is not known.
    const mayHold = asked.flatMap(({ place, problem }) => (problem !== undefined && isUnclear(problem) ? [place] : []))
    return { type: 'failed', problem: refused.problem!.message, device: refused.place.device, mayHold }
  }
  const settled = await Promise.all(asked.map((one) => confirmed(asker, one, leaseMs)))
  const at = settled.findIndex((one) => one !== undefined)
  if (at < 0) return { type: 'agreed' }
  return { type: 'failed', problem: settled[at]!.message, device: places[at]!.device, mayHold: places }
}

async function prepared(asker: PartAsker, place: PartPlace, leaseMs: number): Promise<Asked> {
  try {
    return { place, prepared: await asker.prepare(place, leaseMs) }
  } catch (error) {
    return { place, problem: problemIn(error) }
  }
}

async function confirmed(
  asker: PartAsker,
  { place, prepared }: Asked,
  leaseMs: number,
): Promise<NegotiationProblem | undefined> {
  try {
    prepared!.accept()
    await asker.confirm(place, leaseMs)
    return undefined
  } catch (error) {
    return problemIn(error)
  }
}

/** @throws what is none */
function problemIn(error: unknown): NegotiationProblem {
  if (error instanceof NegotiationProblem) return error
  throw error
}
