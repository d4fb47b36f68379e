/** An observer who has seen half of the sessions with their labels, and guesses the labels of the others. @module */
import { randomOf } from '../../packages/channel/test/virtual-network.ts'
import { cumulative, described } from './features.ts'
import { Forest, type Sample } from './forest.ts'
import { Neighbours } from './neighbours.ts'
import { type Accuracy, accuracyOf } from './score.ts'
import type { Trace } from './trace.ts'

interface Labelled {
  readonly trace: Trace
  readonly label: number
}

export interface Guessed {
  readonly forest: Accuracy
  readonly neighbours: Accuracy
}

/** @param labelled of each label every second one is learned from */
export function guessesOf(labelled: readonly Labelled[], classes: number): Guessed {
  const samples = (of: (trace: Trace) => readonly number[]): readonly Sample[] =>
    labelled.map(({ trace, label }) => ({ features: of(trace), label }))
  const [detailed, curves] = [halves(samples(described)), halves(samples(cumulative))]
  const forest = new Forest(detailed.learned, { classes, random: randomOf(1) })
  const neighbours = new Neighbours(curves.learned)
  const scored = (asked: readonly Sample[], model: Forest | Neighbours): Accuracy =>
    accuracyOf(
      asked.map(({ features, label }) => ({ label, guessed: model.guess(features) })),
      classes,
    )
  return { forest: scored(detailed.asked, forest), neighbours: scored(curves.asked, neighbours) }
}

/** The better of the two, as an observer would choose. */
export const bestOf = ({ forest, neighbours }: Guessed): Accuracy =>
  forest.accuracy >= neighbours.accuracy ? forest : neighbours

function halves(samples: readonly Sample[]): {
  readonly learned: readonly Sample[]
  readonly asked: readonly Sample[]
} {
  const seen = new Map<number, number>()
  const learned: Sample[] = []
  const asked: Sample[] = []
  for (const sample of samples) {
    const before = seen.get(sample.label) ?? 0
    seen.set(sample.label, before + 1)
    ;(before % 2 === 0 ? learned : asked).push(sample)
  }
  return { learned, asked }
}
