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

  /** With the work that is promised, and not here yet. */
  place(promised: readonly number[]): Place {
    const now = this.#now()
    const work = [...this.#waiting.map(({ task }) => task.work), ...promised]
    const free = Math.max(0, this.#slots - this.#ends.size - work.length)
    return { free, wait: waitFor(this.#slots, [...this.#ends.values()].map((end) => Math.max(0, end - now)), work) } // prettier-ignore
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

/** Until one more task gets one of `slots`: behind those that run for so long still, and those that wait. Milliseconds. */
export function waitFor(slots: number, running: readonly number[], waiting: readonly number[]): number {
  const ends = [...running, ...Array.from({ length: Math.max(0, slots - running.length) }, () => 0)]
  const first = (): number => ends.indexOf(Math.min(...ends))
  for (const work of waiting) ends[first()]! += work
  return Math.min(...ends)
}
