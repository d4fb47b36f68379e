/** When the reader moves: every few seconds, never in step with anything. @module */
import type { Move } from '../lab.ts'
import { createRandom } from '../random.ts'

export interface Schedule {
  /** Milliseconds from the start, and how. */
  readonly moves: readonly { readonly after: number; readonly how: Move['how'] }[]
  /** Milliseconds from the start until the stream may end. */
  readonly lasts: number
}

/** Milliseconds before the first move, and after the last one. */
const quiet = 3000
/** Milliseconds between two moves: a lost stream is noticed and taken up again within the shortest. */
const shortest = 3000
const longest = 5000

/** `mixed`: planned and sudden in turn. The same seed, the same schedule. */
export function scheduleOf(count: number, how: Move['how'] | 'mixed', seed: number): Schedule {
  const random = createRandom(seed, 'roam')
  let after = quiet
  const moves = Array.from({ length: count }, (_, at) => {
    const move = { after, how: how === 'mixed' ? (['planned', 'sudden'] as const)[at % 2]! : how }
    after += shortest + random() * (longest - shortest)
    return move
  })
  return { moves, lasts: after + quiet }
}
