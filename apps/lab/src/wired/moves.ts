/** The moves of the scenario `wired`: which follow from the seed alone. @module */
import { createRandom } from '../random.ts'
import type { MoveKind } from './evaluate.ts'
import type { EdgeName } from './network.ts'

export interface WiredMove {
  readonly kind: MoveKind
  readonly to: EdgeName
}

export interface MovePlan {
  readonly count: number
  readonly how: MoveKind | 'mixed'
  readonly seed: number
  /** Two at least; the host begins at the first. */
  readonly edges: readonly EdgeName[]
}

/** Each leads to another edge than the one where the host is. */
export function movesOf({ count, how, seed, edges }: MovePlan): readonly WiredMove[] {
  const random = createRandom('wired', seed)
  const moves: WiredMove[] = []
  let [at] = edges
  for (let number = 0; number < count; number++) {
    const others = edges.filter((one) => one !== at)
    at = others[Math.floor(random() * others.length)]!
    moves.push({ kind: how === 'mixed' ? (number % 2 === 0 ? 'planned' : 'sudden') : how, to: at })
  }
  return moves
}
