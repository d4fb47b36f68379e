/** What a task of a data centre is, and when tasks come: a seeded Poisson process that is dense for a while. Pure. @module */
import { createRandom } from '../random.ts'

export interface Task {
  readonly id: string
  /** Input that has to be where the work is done. */
  readonly octets: number
  /** Milliseconds of a slot. */
  readonly work: number
  /** When its output is due, milliseconds since 1970. */
  readonly due: number
}

/** A task before anybody knows when the run begins: times are milliseconds from there. */
export interface Arrival extends Task {
  readonly at: number
}

/** Milliseconds. */
interface Stretches {
  /** With few tasks, first. */
  readonly calm: number
  /** With more than the data centre can do. */
  readonly busy: number
}

/** Tasks a second. */
const rates = { calm: 0.25, busy: 1.6 } as const
const octets = { least: 200_000, most: 600_000 } as const
const work = { least: 2000, most: 4000 } as const
/** That each task has from its arrival on, milliseconds. */
export const patience = 10_000

/** The same seed gives the same tasks. */
export function arrivalsOf(seed: number, { calm, busy }: Stretches): readonly Arrival[] {
  const random = createRandom('divert', seed)
  const between = ({ least, most }: { least: number; most: number }): number =>
    Math.round(least + random() * (most - least))
  const arrivals: Arrival[] = []
  for (const { from, to, rate } of [
    { from: 0, to: calm, rate: rates.calm },
    { from: calm, to: calm + busy, rate: rates.busy },
  ]) {
    for (let at = from + gap(rate); at < to; at += gap(rate)) {
      const own = { octets: between(octets), work: between(work) }
      arrivals.push({ id: `t${arrivals.length + 1}`, at: Math.round(at), ...own, due: Math.round(at) + patience })
    }
  }
  return arrivals

  /** Milliseconds between two, exponentially distributed. */
  function gap(rate: number): number {
    return (-Math.log(1 - random()) / rate) * 1000
  }
}
