/** What happens to the reader, and when: every few seconds, never in step with anything. @module */
import type { Move } from '../lab.ts'
import { createRandom } from '../random.ts'

/** A move, or the end of a side-car by kill -9, which starts again a second later with the state that it left. */
export type Incident = Move['how'] | 'killed'

export interface Plan {
  readonly moves: number
  /** `mixed`: planned and sudden in turn. */
  readonly how: Move['how'] | 'mixed'
  /** `side-cars`: after every fourth move one of the two is killed, in turn. */
  readonly kill: 'none' | 'side-cars'
  /** The same seed, the same times. */
  readonly seed: number
}

export interface PlannedIncident {
  /** Milliseconds from the start. */
  readonly after: number
  readonly what: Incident
}

/** Milliseconds before the first incident, and at the end. */
const quiet = 3000
/**
 * Milliseconds between two, at least also from the end of one to the beginning of the next: a lost stream is noticed and
 * taken up again within them.
 */
const shortest = 3000
const longest = 5000
const movesPerKill = 4

export function scheduleOf({ moves, how, kill, seed }: Plan): readonly PlannedIncident[] {
  const random = createRandom(seed, 'roam')
  const incidents: PlannedIncident[] = []
  let after = quiet
  const add = (what: Incident): void => {
    incidents.push({ after, what })
    after += shortest + random() * (longest - shortest)
  }
  for (let move = 0; move < moves; move++) {
    add(how === 'mixed' ? (['planned', 'sudden'] as const)[move % 2]! : how)
    if (kill === 'side-cars' && move % movesPerKill === movesPerKill - 1) add('killed')
  }
  return incidents
}

/** When an incident planned for `planned` begins if the one before it was done at `done`: it waits for a slow one. */
export const beginOf = (planned: number, done: number): number => Math.max(planned, done + shortest)

/** Milliseconds for which the stream goes on when the last incident is done. */
export const lingers = shortest + quiet
