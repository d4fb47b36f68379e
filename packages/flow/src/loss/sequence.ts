/**
 * One counting rule applied to one sequence: what should come next, how often that was right, and what was skipped.
 *
 * Every message has a first number (its own, or its own less what it adds, where the number includes the message). It
 * should equal the first number of the message before plus what that one added. Ahead of that: units are missing.
 * Behind: the message is late, and fills what was missing, or the count started anew.
 * @module
 */
import type { CountingRule } from './rules.ts'

/** What a message adds. */
export interface MessageUnits {
  readonly records: number
  readonly options: number
  readonly templates: number
  /** False while some of its data waits for a template, so that its records cannot be counted. */
  readonly isKnown: boolean
}

/**
 * Messages that may come this late; more would be a count that started anew. UDP rarely reorders by more than a few.
 */
const reorderMessages = 64
/** More missing units than this at once is no loss but a new start: 16 s at a million flows a second. */
const maxGap = 0x100_0000
/** Gaps remembered, so that late messages fill them and duplicates do not. */
const maxHoles = 16
/** Messages in a row that are behind, each following the last, after which the count is taken to have started anew. */
const newStartAfter = 4
/** Weight of the newest message in the score: about the last 256 matter. */
const newness = 1 / 256

export class Sequence {
  readonly rule: CountingRule
  /** Running mean over about 256 messages of +1 as expected, 0 ahead, -1 behind. */
  score = 0
  /** Messages that the score is made of. */
  observations = 0
  lost = 0
  received = 0
  /** Units skipped around messages whose own units are not known. */
  undetermined = 0
  /** Those of them whose data came, and was given up. */
  undecoded = 0

  #next = -1
  /** Behind a message of unknown units: the number from which the units are undetermined. -1: there is none. */
  #unknownFrom = -1
  #largest = 1
  #behind = 0
  #behindNext = -1
  /** Units that are missing, oldest first: the first of them, and how many (which may reach over 2^32). */
  #holes: (readonly [from: number, count: number])[] = []

  constructor(rule: CountingRule) {
    this.rule = rule
  }

  /** Takes one message with the number `sequence`. Returns `restarted` when the count seems to have started anew. */
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
    if (gap < 0) return undefined // nothing of its own: says too little
    this.#behind = 0
    if (gap > maxGap) return this.#startAnew(first, own)
    this.#observe(gap === 0 ? 1 : 0)
    if (gap > 0) this.#miss(this.#next, gap)
    this.#next = (first + own) >>> 0
    return undefined
  }

  /** Units of a message that was taken as unknown before are known now. */
  resolve(units: number): void {
    if (this.rule.unit === 'datagrams') return
    this.received += units
    this.undetermined = Math.max(0, this.undetermined - units)
  }

  /** Nothing waits any more: what stayed undetermined was not received, or was among what was given up. */
  settle(as: 'lost' | 'undecoded'): void {
    this[as] += this.undetermined
    this.undetermined = 0
  }

  /** The exporter started anew: the next message begins a new count. */
  restart(): void {
    this.#next = -1
    this.#unknownFrom = -1
    this.#behind = 0
    this.#holes = []
  }

  /** Is scored anew, from what `other` found meanwhile; `other` itself goes on where it is. */
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
      // The number is the first one: what was missing before it is known, what comes behind it is not.
      if (this.#unknownFrom >= 0) this.#closeUnknown(sequence)
      else if (this.#next >= 0) this.#missUnlessNew(sequence)
      this.#unknownFrom = (sequence + own) >>> 0
    } else {
      // The number is the last one: what came before it is not known.
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
    if (-gap > reorderMessages * this.#largest || this.#behind >= newStartAfter) return this.#startAnew(first, own)
    this.received -= own // a duplicate, or of the time before we listened
    return undefined
  }

  #startAnew(first: number, own: number): 'restarted' {
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

  /** Whether units `first`..`first + own` were missing; they are no longer. */
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
