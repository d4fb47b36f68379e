/** How many files of tests run at once: one for each processor, and more while these have nothing to do. @module */

import { cpus } from 'node:os'

/** Milliseconds of all processors together, since the start of the machine. */
export interface ProcessorTime {
  readonly idle: number
  readonly all: number
}

/** Zeros on a machine that does not tell. */
export const processorTime = (): ProcessorTime =>
  cpus().reduce(
    (sum, { times: { idle, user, nice, sys, irq } }) => ({
      idle: sum.idle + idle,
      all: sum.all + idle + user + nice + sys + irq,
    }),
    { idle: 0, all: 0 },
  )

/** Percent of all processors' time that was used between two of them, by this program or others. */
export function busyBetween(before: ProcessorTime, after: ProcessorTime): number {
  const all = after.all - before.all
  return all === 0 ? 0 : Math.round(100 * (1 - (after.idle - before.idle) / all))
}

/** Milliseconds that are looked at before one more begins: what began last has to show first. */
const window = 1500
/** Of a processor. A file takes more, but most of the time several wait for something at once. */
const wanted = 0.25

export interface PlacesOptions {
  readonly processors: number
  /** So many run at most, however idle the machine is. */
  readonly most: number
  readonly now: () => number
  readonly time: () => ProcessorTime
}

/** On a machine that others use, too, fewer files run at once: they take longer there, and their patience has an end. */
export class Places {
  readonly #options: PlacesOptions
  #since = 0
  #before: ProcessorTime = { idle: 0, all: 0 }

  constructor(options: PlacesOptions) {
    this.#options = options
    this.#look()
  }

  /** Whether one more may begin beside so many. */
  hasRoom(running: number): boolean {
    const { processors, most, now, time } = this.#options
    if (running < Math.min(processors, most)) return this.#look()
    if (running >= most || now() - this.#since < window) return false
    const { idle, all } = time()
    const [idled, passed] = [idle - this.#before.idle, all - this.#before.all]
    const isIdle = passed > 0 && idled * processors >= passed * wanted
    this.#look()
    return isIdle
  }

  #look(): true {
    this.#since = this.#options.now()
    this.#before = this.#options.time()
    return true
  }
}
