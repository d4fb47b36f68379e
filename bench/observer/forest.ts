/**
 * Extremely randomized trees (Geurts and others, 2006): each split is the best of a few random thresholds, so a tree is quick to
 * grow and many of them rarely err together.
 * @module
 */

export interface Sample {
  readonly features: readonly number[]
  /** 0..classes-1. */
  readonly label: number
}

/** A leaf has the share of each class, otherwise values below `threshold` go left. */
type Tree =
  | { readonly shares: readonly number[] }
  | { readonly feature: number; readonly threshold: number; readonly left: Tree; readonly right: Tree }

export interface ForestOptions {
  readonly classes: number
  /** Numbers in 0..1. */
  readonly random: () => number
  readonly trees?: number
}

interface Growing {
  readonly classes: number
  readonly random: () => number
  readonly features: number
  /** How many features a split may choose from. */
  readonly tried: number
}

/** Nodes of fewer samples are leaves. */
const leastToSplit = 4
const thresholdsTried = 2

export class Forest {
  readonly #trees: readonly Tree[]

  /** @throws {RangeError} without samples */
  constructor(samples: readonly Sample[], { classes, random, trees = 120 }: ForestOptions) {
    const features = samples[0]?.features.length
    if (features === undefined) throw new RangeError('"samples" must not be empty')
    const growing = { classes, random, features, tried: Math.ceil(2 * Math.sqrt(features)) }
    this.#trees = Array.from({ length: trees }, () => grow(samples, growing))
  }

  /** How likely each class is, by all trees. */
  shares(features: readonly number[]): readonly number[] {
    const sums: number[] = []
    for (const tree of this.#trees) {
      let node = tree
      while (!('shares' in node)) node = features[node.feature]! < node.threshold ? node.left : node.right
      node.shares.forEach((share, label) => (sums[label] = (sums[label] ?? 0) + share / this.#trees.length))
    }
    return sums
  }

  guess(features: readonly number[]): number {
    const shares = this.shares(features)
    return shares.indexOf(Math.max(...shares))
  }
}

function grow(samples: readonly Sample[], growing: Growing): Tree {
  const counts = countsOf(samples, growing.classes)
  const split =
    samples.length < leastToSplit || counts.includes(samples.length) ? undefined : bestSplit(samples, growing)
  if (split === undefined) return { shares: counts.map((count) => count / samples.length) }
  const { feature, threshold } = split
  const left = samples.filter(({ features }) => features[feature]! < threshold)
  const right = samples.filter(({ features }) => !(features[feature]! < threshold))
  return { feature, threshold, left: grow(left, growing), right: grow(right, growing) }
}

/** `undefined`: none of those tried divides the samples. */
function bestSplit(
  samples: readonly Sample[],
  { classes, random, features, tried }: Growing,
): { readonly feature: number; readonly threshold: number } | undefined {
  let best: { readonly feature: number; readonly threshold: number; readonly impurity: number } | undefined
  for (let trial = 0; trial < tried; trial++) {
    const feature = Math.floor(random() * features)
    let [least, most] = [Infinity, -Infinity]
    for (const { features: values } of samples) {
      const value = values[feature]!
      if (value < least) least = value
      if (value > most) most = value
    }
    if (!(most > least)) continue
    for (let cut = 0; cut < thresholdsTried; cut++) {
      const threshold = most - random() * (most - least)
      const impurity = impurityOf(samples, feature, threshold, classes)
      if (best === undefined || impurity < best.impurity) best = { feature, threshold, impurity }
    }
  }
  return best
}

/** Gini's, of both sides together. */
function impurityOf(samples: readonly Sample[], feature: number, threshold: number, classes: number): number {
  const left = noneOf(classes)
  const right = noneOf(classes)
  for (const { features, label } of samples) {
    const side = features[feature]! < threshold ? left : right
    side[label]!++
  }
  const of = (counts: readonly number[]): number => {
    let [sum, squares] = [0, 0]
    for (const count of counts) {
      sum += count
      squares += count * count
    }
    return sum === 0 ? 0 : sum - squares / sum
  }
  return of(left) + of(right)
}

const noneOf = (classes: number): number[] => Array.from({ length: classes }, () => 0)

function countsOf(samples: readonly Sample[], classes: number): readonly number[] {
  const counts = noneOf(classes)
  for (const { label } of samples) counts[label]!++
  return counts
}
