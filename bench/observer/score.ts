/** What guesses are worth. @module */

export interface Guess {
  readonly label: number
  readonly guessed: number
}

export interface Interval {
  readonly from: number
  readonly to: number
}

export interface Accuracy {
  readonly accuracy: number
  /** Mean of the classes, each by itself. */
  readonly f1: number
  /** 95 % of the accuracy, by the number of guesses. */
  readonly interval: Interval
  readonly recall: readonly number[]
}

export function accuracyOf(guesses: readonly Guess[], classes: number): Accuracy {
  const right = guesses.filter(({ label, guessed }) => label === guessed).length
  const each = Array.from({ length: classes }, (_, one) => {
    const of = guesses.filter(({ label }) => label === one).length
    const said = guesses.filter(({ guessed }) => guessed === one).length
    const both = guesses.filter(({ label, guessed }) => label === one && guessed === one).length
    return { f1: of + said === 0 ? 0 : (2 * both) / (of + said), recall: of === 0 ? 0 : both / of }
  })
  return {
    accuracy: right / guesses.length,
    f1: each.reduce((sum, { f1 }) => sum + f1, 0) / classes,
    interval: wilson(right, guesses.length),
    recall: each.map(({ recall }) => recall),
  }
}

/** Wilson's 95 % interval of `right` of `count`. */
export function wilson(right: number, count: number): Interval {
  const z = 1.96
  const share = right / count
  const middle = share + z ** 2 / (2 * count)
  const half = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  const all = 1 + z ** 2 / count
  return { from: Math.max(0, (middle - half) / all), to: Math.min(1, (middle + half) / all) }
}
