/** The workers of a data centre: so many slots, each of which is taken by one task for the time of its work. @module */
import type { Task } from '../task.ts'
import type { Place } from './decide.ts'

interface Job {
  readonly task: Task
  readonly done: () => void
}

export class Pool {
  readonly #slots: number
  readonly #now: () => number
  /** When each running task ends, milliseconds since 1970. */
  readonly #ends = new Map<string, number>()
  readonly #waiting: Job[] = []

  constructor(slots: number, now: () => number) {
    this.#slots = slots
    this.#now = now
  }

  /** Settles when its work is done; first come, first served. */
  run(task: Task): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ task, done })
      this.#next()
    })
  }

  /** When each slot is free, behind what waits and what is promised and not here yet; milliseconds from now on. */
  ends(promised: readonly number[] = []): readonly number[] {
    const now = this.#now()
    const running = [...this.#ends.values()].map((end) => Math.max(0, end - now))
    const idle = Array.from({ length: this.#slots - running.length }, () => 0)
    return behind([...running, ...idle], [...this.#waiting.map(({ task }) => task.work), ...promised])
  }

  #next(): void {
    if (this.#ends.size >= this.#slots) return
    const job = this.#waiting.shift()
    if (job === undefined) return
    const { task, done } = job
    this.#ends.set(task.id, this.#now() + task.work)
    setTimeout(() => {
      this.#ends.delete(task.id)
      done()
      this.#next()
    }, task.work)
  }
}

/** When slots are free once this work is done, too, each piece in the first slot that is free. */
function behind(ends: readonly number[], work: readonly number[]): readonly number[] {
  const later = [...ends]
  for (const one of work) later[later.indexOf(Math.min(...later))]! += one
  return later
}

/** What slots that are free then offer behind some more work. @param ends of at least one slot */
export function placeOf(ends: readonly number[], work: readonly number[] = []): Place {
  const later = behind(ends, work)
  return { free: later.filter((end) => end <= 0).length, wait: Math.min(...later) }
}
