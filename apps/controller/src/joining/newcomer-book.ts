/** The boxes that joined, would like to, or may: what is kept of them. @module */
import type { JoinState } from '@vagus/api/joins'

export interface Newcomer {
  readonly serial: string
  readonly state: JoinState
  /** Of the state. Times are milliseconds since 1970. */
  readonly since: number
  /** As the operator said when accepting it; undefined: as vagus.yaml says. */
  readonly device?: string | undefined
  readonly maker?: string | undefined
  readonly from?: string | undefined
  readonly lastAt?: number | undefined
  readonly agent?: string | undefined
  readonly certificateUntil?: number | undefined
  readonly problem?: string | undefined
}

export interface NewcomerKeeper {
  load(): readonly Newcomer[]
  /** @throws {StoreError} when the disk does not take it */
  keep(newcomer: Newcomer): void
  forget(serial: string): void
}

/** Boxes that wait; the one that was not here for longest is forgotten. Each has a certificate of a maker that is known. */
const maxWaiting = 256
/** In all; further ones are refused. */
export const maxNewcomers = 10_000

export class NewcomerBook {
  readonly #keeper: NewcomerKeeper
  readonly #all: Map<string, Newcomer>

  constructor(keeper: NewcomerKeeper) {
    this.#keeper = keeper
    this.#all = new Map(keeper.load().map((one) => [one.serial, one]))
  }

  get all(): readonly Newcomer[] {
    return [...this.#all.values()]
  }

  find(serial: string): Newcomer | undefined {
    return this.#all.get(serial)
  }

  /** On the disk when it returns. `full`: it is new, and nobody can make room. @throws {StoreError} */
  put(newcomer: Newcomer): 'kept' | 'full' {
    const { serial } = newcomer
    if (!this.#all.has(serial)) {
      const waiting = this.all.filter(({ state }) => state === 'waiting')
      const [oldest] = waiting.toSorted((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0))
      if (waiting.length >= maxWaiting || this.#all.size >= maxNewcomers) {
        if (oldest === undefined) return 'full'
        this.#keeper.forget(oldest.serial)
        this.#all.delete(oldest.serial)
      }
    }
    this.#keeper.keep(newcomer)
    this.#all.set(serial, newcomer)
    return 'kept'
  }

  /** What need not be on the disk: that it was here again. */
  see(newcomer: Newcomer): void {
    if (this.#all.has(newcomer.serial)) this.#all.set(newcomer.serial, newcomer)
  }
}
