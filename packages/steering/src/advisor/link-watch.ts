/**
 * One link over time: how much its load grows within the horizon, learned from its own past, and from where on it is
 * therefore about to be full.
 *
 *   residual = load `horizon` steps later - load now        threshold = capacity - 95 % bound of the residuals
 *
 * Not learned from: unknown loads; what a full link carries, unless that is already more than was expected; loads on
 * both sides of a gap in time, of another capacity (by more than a twentieth) or of moves that were made.
 * @module
 */
import { ConformalBound, type ConformalState } from '../forecast/conformal.ts'
import type { LinkFinding } from './finding.ts'
import { isAnything, isCount, isListOf, isNumber, isRecordOf, orNull } from './json-shape.ts'
import { aim, fullShare } from './limits.ts'

/** Shares of the capacity. */
const usualThreshold = 0.8
const lowestThreshold = 0.55
/** At which a link is full: it cannot carry more, so a higher threshold would never be reached. */
const highestThreshold = fullShare

const sameCapacity = 0.05
/** The smallest size of residuals, in first capacities. */
const leastShare = 1e-3

/**
 * How a step follows the one before. `gap`: after another time than a step. `moving`: moves were made shortly before, so
 * that its load will not last.
 */
export type Course = 'regular' | 'gap' | 'moving'

/** Plain JSON. */
export interface LinkState {
  readonly capacity: number
  /** The smallest size of residuals. */
  readonly leastResidual: number
  readonly load: number | null
  readonly hot: number
  /** Loads of the last steps, the oldest first; at most `horizon`. */
  readonly loads: readonly (number | null)[]
  readonly bound: ConformalState
}

const isLinkState = isRecordOf({
  capacity: isNumber,
  leastResidual: (value) => isNumber(value) && (value as number) > 0,
  load: orNull(isNumber),
  hot: isCount,
  loads: isListOf(orNull(isNumber), Infinity),
  bound: isAnything,
})

export class LinkWatch {
  readonly #horizon: number
  #capacity: number
  #ceiling = Infinity
  #load: number | null = null
  #hot = 0
  #loads: (number | null)[] = []
  readonly #leastResidual: number
  #bound: ConformalBound

  /** `capacity` in bits per second, at least 0; `horizon` in steps. */
  constructor(capacity: number, horizon: number, leastResidual = Math.max(1, leastShare * capacity)) {
    this.#capacity = capacity
    this.#horizon = horizon
    this.#leastResidual = leastResidual
    this.#bound = new ConformalBound(leastResidual)
  }

  /** undefined where `state` is not one of a link with this horizon. */
  static restore(state: unknown, horizon: number): LinkWatch | undefined {
    if (!isLinkState(state)) return undefined
    const { capacity, leastResidual, load, hot, loads, bound } = state as LinkState
    const restored = ConformalBound.restore(leastResidual, bound)
    if (restored === undefined || loads.length > horizon || capacity < 0) return undefined
    const link = new LinkWatch(capacity, horizon, leastResidual)
    link.#bound = restored
    link.#load = load
    link.#hot = hot
    link.#loads = [...loads]
    return link
  }

  /** Bits per second, at least 0; a load of null is not known. `ceiling`: what an intent lets it carry at most. */
  take(load: number | null, capacity: number, course: Course, ceiling = Infinity): void {
    this.#ceiling = ceiling
    if (Math.abs(capacity - this.#capacity) > sameCapacity * this.#capacity) {
      this.#loads = []
      this.#hot = 0
    }
    this.#capacity = capacity
    if (course !== 'regular') this.#loads = []
    if (course === 'gap') this.#hot = 0
    this.#load = load
    if (this.#loads.length === this.#horizon) this.#learn(this.#loads.shift()!, load)
    if (course !== 'moving') this.#loads.push(load)
    this.#hot = load !== null && load >= this.threshold && capacity > 0 ? this.#hot + 1 : 0
  }

  get load(): number | null {
    return this.#load
  }

  get capacity(): number {
    return this.#capacity
  }

  /** Whether more may be sent over it than it carries. */
  get full(): boolean {
    return this.#isFull(this.#load ?? 0)
  }

  /** Steps in a row, up to now, with a load at or above the threshold. */
  get hot(): number {
    return this.#hot
  }

  /** Whether it is as far below its threshold as moves would bring it; one whose load is not known is not. */
  get relieved(): boolean {
    return this.#load !== null && this.#load < aim * this.threshold
  }

  /** Bits per second that an intent lets it carry at most; Infinity where none does. */
  get ceiling(): number {
    return this.#ceiling
  }

  /** Bits per second. */
  get threshold(): number {
    return Math.min(this.#ceiling, this.#ownThreshold)
  }

  /** By its own past. */
  get #ownThreshold(): number {
    const margin = this.#bound.margin
    if (margin === undefined) return usualThreshold * this.#capacity
    const wanted = this.#capacity - margin
    return Math.min(highestThreshold * this.#capacity, Math.max(lowestThreshold * this.#capacity, wanted))
  }

  /** By how much its load may grow within the horizon, at least 0; what the usual threshold leaves while nothing is learned. */
  get margin(): number {
    return Math.max(0, this.#bound.margin ?? this.#capacity - this.#ownThreshold)
  }

  finding(name: string): LinkFinding {
    const margin = this.#bound.margin
    const upper = this.#load === null || margin === undefined ? null : Math.max(0, this.#load + margin)
    return {
      name,
      load: this.#load,
      capacity: this.#capacity,
      threshold: this.threshold,
      basis: this.#ceiling < this.#ownThreshold ? 'intent' : margin === undefined ? 'usual' : 'learned',
      upper,
    }
  }

  state(): LinkState {
    return {
      capacity: this.#capacity,
      leastResidual: this.#leastResidual,
      load: this.#load,
      hot: this.#hot,
      loads: [...this.#loads],
      bound: this.#bound.state(),
    }
  }

  #learn(before: number | null, now: number | null): void {
    // From a full link one does not know how much grew.
    if (before === null || now === null || this.#isFull(before)) return
    this.#bound.learn(now - before, this.#isFull(now) ? 'at least' : 'exactly')
  }

  #isFull(load: number): boolean {
    return load >= fullShare * this.#capacity
  }
}
