/**
 * One counting rule applied to one sequence: the expected next number, how often it was right, and the units skipped.
 *
 * Every message has a first number: its sequence number, minus its own units if the number includes the message. The
 * expected first number is that of the previous message plus its units. A higher number means missing units. A lower
 * one means a late message, which fills a gap, or a restart of the count.
 * @module
 */
import type { CountingRule } from './rules.ts'

/** The units that a message adds. */
export interface MessageUnits {
  readonly records: number
  readonly options: number
  readonly templates: number
  /** False while some data of the message waits for a template, so that its records cannot be counted. */
  readonly isKnown: boolean
}

/**
 * Maximum delay of a reordered message, in messages; beyond it, the count restarted. UDP rarely reorders by more than a
 * few.
 */
const reorderMessages = 64
/** A larger gap is a restart, not a loss. The limit is 16 s at a million flows per second. */
const maxGap = 0x100_0000
/** Number of gaps remembered, so that late messages fill them and duplicates do not. */
const maxHoles = 16
/** The count is taken to have restarted after this many late messages in a row, each continuing the previous one. */
const restartAfter = 4
/** Weight of the newest message in the score, which covers about the last 256. */
const newness = 1 / 256

export class Sequence {
  readonly rule: CountingRule
  /** Moving average over about 256 messages: +1 as expected, 0 ahead, -1 behind. */
  score = 0
  /** Messages scored so far. */
  observations = 0
  lost = 0
  received = 0
  /** Units skipped around messages whose own units are unknown. */
  undetermined = 0
  /** Units that were undetermined when waiting data was dropped. */
  undecoded = 0

  #next = -1
  /** The number from which units are undetermined, after a message of unknown units; -1 if none. */
  #unknownFrom = -1
  #largest = 1
  #behind = 0
  #behindNext = -1
  /** Gaps, oldest first: the first missing number, and how many (they may wrap at 2^32). */
  #holes: (readonly [from: number, count: number])[] = []

  constructor(rule: CountingRule) {
    this.rule = rule
  }

  /** Takes one message with the number `sequence`. Returns `restarted` if the count seems to have restarted. */
  take(sequence: number, units: MessageUnits): 'restarted' | undefined {
    const { unit, counts, phase } = this.rule
    const isKnown = unit === 'datagrams' || units.isKnown
    const own =
      unit === 'datagrams' ? 1 : units.records * counts[0] + units.options * counts[1] + units.templates * counts[2]
    this.#largest = Math.max(this.#largest, own)
    if (!isKnown) return this.#takeUnknown(sequence, own)
    const first = phase === 'including' ? (sequence - own) >>> 0 : sequence
    this.received += own
    if (this.#unknownFrom >= 0) this.#closeUnknown(first)
    if (this.#next < 0) {
      this.#next = (first + own) >>> 0
      return undefined
    }
    const gap = (first - this.#next) | 0
    if (gap < 0 && own > 0) return this.#takeBehind(first, own, gap)
    if (gap < 0) return undefined // a message without units says too little
    this.#behind = 0
    if (gap > maxGap) return this.#restartAt(first, own)
    this.#observe(gap === 0 ? 1 : 0)
    if (gap > 0) this.#miss(this.#next, gap)
    this.#next = (first + own) >>> 0
    return undefined
  }

  /** The units of a message taken before as unknown are now known. */
  resolve(units: number): void {
    if (this.rule.unit === 'datagrams') return
    this.received += units
    this.undetermined = Math.max(0, this.undetermined - units)
  }

  /** No data waits any more: the remaining undetermined units were lost, or were in data that was dropped. */
  settle(as: 'lost' | 'undecoded'): void {
    this[as] += this.undetermined
    this.undetermined = 0
  }

  /** The exporter restarted: the next message begins a new count. */
  restart(): void {
    this.#next = -1
    this.#unknownFrom = -1
    this.#behind = 0
    this.#holes = []
  }

  /** Restarts the score, with the counts of `other`. If `other` is this sequence, its position is kept. */
  tryAgain(other: Sequence): void {
    this.score = 0
    this.observations = 0
    if (other === this) return
    this.restart()
    this.lost = other.lost
    this.received = other.received
    this.undetermined = other.undetermined
    this.undecoded = other.undecoded
  }

  copy(): Sequence {
    const copy = new Sequence(this.rule)
    copy.score = this.score
    copy.observations = this.observations
    copy.lost = this.lost
    copy.received = this.received
    copy.undetermined = this.undetermined
    copy.undecoded = this.undecoded
    copy.#next = this.#next
    copy.#unknownFrom = this.#unknownFrom
    copy.#largest = this.#largest
    return copy
  }

  #takeUnknown(sequence: number, own: number): undefined {
    this.received += own
    if (this.rule.phase === 'before') {
      // The number is the first one, so the gap before it is known, and the units after it are not.
      if (this.#unknownFrom >= 0) this.#closeUnknown(sequence)
      else if (this.#next >= 0) this.#missUnlessNew(sequence)
      this.#unknownFrom = (sequence + own) >>> 0
    } else {
      // The number is the last one, so the units before it are unknown.
      if (this.#unknownFrom < 0) this.#unknownFrom = this.#next
      if (this.#unknownFrom >= 0) this.#closeUnknown((sequence - own) >>> 0)
      this.#next = sequence
    }
    return undefined
  }

  #missUnlessNew(first: number): void {
    const gap = (first - this.#next) | 0
    if (gap > 0 && gap <= maxGap) this.#miss(this.#next, gap)
  }

  #closeUnknown(first: number): void {
    const span = (first - this.#unknownFrom) | 0
    if (span > 0 && span <= maxGap) this.undetermined += span
    this.#unknownFrom = -1
    this.#next = first
  }

  #takeBehind(first: number, own: number, gap: number): 'restarted' | undefined {
    this.#observe(-1)
    this.#behind = first === this.#behindNext ? this.#behind + 1 : 1
    this.#behindNext = (first + own) >>> 0
    if (this.#fill(first, own)) {
      this.#behind = 0
      return undefined
    }
    if (-gap > reorderMessages * this.#largest || this.#behind >= restartAfter) return this.#restartAt(first, own)
    this.received -= own // a duplicate, or sent before the collector started
    return undefined
  }

  #restartAt(first: number, own: number): 'restarted' {
    this.restart()
    this.#next = (first + own) >>> 0
    return 'restarted'
  }

  #observe(outcome: 1 | 0 | -1): void {
    this.observations++
    this.score += (outcome - this.score) * Math.max(newness, 1 / this.observations)
  }

  #miss(from: number, count: number): void {
    this.lost += count
    this.#holes.push([from, count])
    if (this.#holes.length > maxHoles) this.#holes.shift()
  }

  /** Removes units `first`..`first + own` from a gap. Returns whether they were missing. */
  #fill(first: number, own: number): boolean {
    const index = this.#holes.findIndex(([from, count]) => ((first - from) >>> 0) + own <= count)
    if (index < 0) return false
    const [from, count] = this.#holes[index]!
    const before = (first - from) >>> 0
    const behind = count - before - own
    const rest: (readonly [number, number])[] = []
    if (before > 0) rest.push([from, before])
    if (behind > 0) rest.push([(first + own) >>> 0, behind])
    this.#holes.splice(index, 1, ...rest)
    this.lost -= own
    return true
  }
}
