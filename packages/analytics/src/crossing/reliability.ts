/** How what was forecast compares with what came: of all that was called 70 % likely, 70 % should have come. @module */

/** Of tenths 0 to 9. */
export interface Grade {
  /** Forecasts in this tenth, later ones counting more. */
  readonly said: number
  /** Their mean, 0..1. */
  readonly chance: number
  /** The part of them that came, 0..1. */
  readonly came: number
}

export type ReliabilitySnapshot = readonly (readonly [said: number, chances: number, came: number])[]

const tenths = 10
/** Of a tenth: beyond so many, all are halved, so that old ones count less. */
const most = 10_000

export class Reliability {
  readonly #tallies: { said: number; chances: number; came: number }[]

  constructor(snapshot?: ReliabilitySnapshot) {
    this.#tallies = Array.from({ length: tenths }, (_, tenth) => {
      const kept = snapshot?.[tenth]
      const [said, chances, came] = Array.isArray(kept) && kept.every(Number.isFinite) ? kept : [0, 0, 0]
      return { said, chances, came }
    })
  }

  take(chance: number, outcome: 'came' | 'stayed away'): void {
    const tally = this.#tallies[Math.min(tenths - 1, Math.floor(chance * tenths))]
    if (tally === undefined) return // no number between 0 and 1
    tally.said++
    tally.chances += chance
    if (outcome === 'came') tally.came++
    if (tally.said < most) return
    tally.said /= 2
    tally.chances /= 2
    tally.came /= 2
  }

  /** Only of tenths in which something was said. */
  get grades(): readonly Grade[] {
    return this.#tallies
      .filter(({ said }) => said > 0)
      .map(({ said, chances, came }) => ({ said, chance: chances / said, came: came / said }))
  }

  snapshot(): ReliabilitySnapshot {
    return this.#tallies.map(({ said, chances, came }) => [said, chances, came])
  }
}
