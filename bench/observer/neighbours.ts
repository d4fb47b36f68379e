/** The nearest of what was seen before: k-NN on features that are scaled alike. @module */
import type { Sample } from './forest.ts'

const neighbours = 5

export class Neighbours {
  readonly #samples: readonly { readonly scaled: Float64Array; readonly label: number }[]
  readonly #scale: readonly { readonly mean: number; readonly deviation: number }[]

  /** @throws {RangeError} without samples */
  constructor(samples: readonly Sample[]) {
    if (samples.length === 0) throw new RangeError('"samples" must not be empty')
    this.#scale = samples[0]!.features.map((_, feature) => {
      const values = samples.map(({ features }) => features[feature]!)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      return { mean, deviation: Math.sqrt(variance) || 1 }
    })
    this.#samples = samples.map(({ features, label }) => ({ scaled: this.#scaled(features), label }))
  }

  guess(features: readonly number[]): number {
    const asked = this.#scaled(features)
    const nearest = this.#samples
      .map(({ scaled, label }) => ({ label, distance: distanceOf(scaled, asked) }))
      .toSorted((one, other) => one.distance - other.distance)
      .slice(0, neighbours)
    // A nearer one counts a little more, so that there is no tie.
    const votes = new Map<number, number>()
    for (const [rank, { label }] of nearest.entries()) votes.set(label, (votes.get(label) ?? 0) + 1 - rank / 100)
    return [...votes].reduce((one, other) => (other[1] > one[1] ? other : one))[0]
  }

  #scaled(features: readonly number[]): Float64Array {
    return Float64Array.from(this.#scale, ({ mean, deviation }, at) => (features[at]! - mean) / deviation)
  }
}

function distanceOf(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let at = 0; at < one.length; at++) sum += (one[at]! - other[at]!) ** 2
  return sum
}
