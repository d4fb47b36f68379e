/**
 * The beat of this host: what all its agents send from time to time they send together, so that the radio wakes once for
 * all of it. Hosts differ in their phase, so that a fleet does not wake at once.
 * @module
 */
import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { clock } from '../link/clock.ts'

const hostPhase = createHash('sha256').update(hostname()).digest().readUInt32BE()

export class Beat {
  /** Milliseconds. */
  readonly every: number
  /** Milliseconds by which beats are shifted from multiples of `every`. */
  readonly phase: number

  constructor(every: number, phase = hostPhase) {
    this.every = every
    this.phase = phase % every
  }

  /** Milliseconds until the first beat that is at least `least` away. */
  within(least = 1, now = clock()): number {
    const from = now + least - this.phase
    return Math.ceil(from / this.every) * this.every + this.phase - now
  }

  /** Calls `run` at each beat, until the result is called. Does not keep the process alive. */
  each(run: () => void): () => void {
    let timer: NodeJS.Timeout
    const wait = (): void => {
      timer = setTimeout(() => {
        wait()
        run()
      }, this.within(5)).unref() // a timer may ring a millisecond early
    }
    wait()
    return () => clearTimeout(timer)
  }
}
