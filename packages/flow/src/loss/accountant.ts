/**
 * Loss of one sequence of messages: all counting rules of the protocol side by side, and the one that fits.
 * @module
 */
import type { FlowProtocol } from '../protocol.ts'
import { LastHour } from './last-hour.ts'
import { rulesOf } from './rules.ts'
import { type MessageUnits, Sequence } from './sequence.ts'

/** Another rule must be right more often by this much (1 is always) before it replaces the one in use. */
const clearlyBetter = 0.02
/** A rule that is right less often than this replaces none. */
const plausible = 0.25
/** A rule must have been right this often for its word that the count started anew. */
const trusted = 0.5
/** A rule that was right this often, over this many messages, is followed alone, which saves most of the work … */
const certain = 0.9
const certainMessages = 256
/** … until it is right less often than this. */
const doubtful = 0.5
/** How fast the best score of the rule in use is forgotten: half of the way down to the score in about 45 messages. */
const peakDecay = 1 / 64
/** A rule that failed for good is right less often by this much than the one that took its place. */
const clearlyWorse = 0.5
/** Messages before a rule is trusted. */
const enoughMessages = 16

export class LossAccountant {
  readonly #sequences: readonly Sequence[]
  #current: Sequence
  #lastHour = new LastHour()
  #messages = 0
  #isCertain = false
  /** While certain: the best score lately, and what was lost by then, before a rule that fails made up losses. */
  #peak = 0
  #lostAtPeak = 0
  /** The rule that failed, until another one is certain, and what it may have made up. */
  #failed: { readonly sequence: Sequence; readonly madeUp: number } | undefined
  /** Data sets that wait for their template. */
  waiting = 0
  /** Whether some were given up since all that waited was last decoded. */
  hasGivenUp = false

  constructor(sequences: readonly Sequence[], current: Sequence) {
    this.#sequences = sequences
    this.#current = current
  }

  static of(protocol: FlowProtocol): LossAccountant {
    const sequences = rulesOf[protocol].map((rule) => new Sequence(rule))
    return new LossAccountant(sequences, sequences[0]!)
  }

  /** The sequence of the rule that fits best so far. */
  get current(): Sequence {
    return this.#current
  }

  /** Of the current rule: what was lost and received within the last hour, to a minute. */
  get lastHour(): Pick<Sequence, 'lost' | 'received'> {
    return this.#lastHour.of(this.#current)
  }

  /** Time goes on, for `lastHour`. About once a second. */
  tick(now: number): void {
    this.#lastHour.note(this.#current, now)
  }

  /** Whether enough messages came to trust the rule. */
  get isSettled(): boolean {
    return this.#messages >= enoughMessages
  }

  get messages(): number {
    return this.#messages
  }

  take(sequence: number, units: MessageUnits): 'restarted' | undefined {
    this.#messages++
    if (this.#isCertain) {
      const outcome = this.#current.take(sequence, units)
      this.#watchPeak()
      if (this.#current.score < doubtful) this.#reconsider()
      return outcome
    }
    let outcome: 'restarted' | undefined
    for (const one of this.#sequences) {
      const isTrusted = one === this.#current && one.score > trusted
      const result = one.take(sequence, units)
      if (isTrusted) outcome = result
    }
    this.#choose()
    const { score, observations } = this.#current
    if (score > certain && observations >= certainMessages) this.#becomeCertain()
    return outcome
  }

  #becomeCertain(): void {
    this.#isCertain = true
    this.#takeBack()
    this.#peak = this.#current.score
    this.#lostAtPeak = this.#current.lost
  }

  /** Remembers what was lost when the rule was last as good as it lately was: from there on it may be failing. */
  #watchPeak(): void {
    const { score, lost } = this.#current
    if (score < this.#peak) {
      this.#peak += (score - this.#peak) * peakDecay
      return
    }
    this.#peak = score
    this.#lostAtPeak = lost
  }

  /** The rule in use fails: all are tried again, from what it found so far. */
  #reconsider(): void {
    this.#isCertain = false
    const failed = this.#current
    this.#failed = { sequence: failed, madeUp: Math.max(0, failed.lost - this.#lostAtPeak) }
    for (const one of this.#sequences) one.tryAgain(failed)
  }

  /** What a rule made up while it failed is no loss, once another one is certain that says so. */
  #takeBack(): void {
    const failed = this.#failed
    this.#failed = undefined
    if (!failed || failed.sequence === this.#current) return
    if (failed.sequence.score > this.#current.score - clearlyWorse) return
    this.#current.lost = Math.max(0, this.#current.lost - failed.madeUp)
  }

  resolve(units: { readonly records: number; readonly options: number }): void {
    for (const one of this.#sequences) {
      const { counts } = one.rule
      one.resolve(units.records * counts[0] + units.options * counts[1])
    }
  }

  /**
   * Nothing waits any more. What came and was given up cannot be told from what was lost meanwhile: not called lost.
   */
  settle(): void {
    for (const one of this.#sequences) one.settle(this.hasGivenUp ? 'undecoded' : 'lost')
  }

  restart(): void {
    for (const one of this.#sequences) one.restart()
  }

  copy(): LossAccountant {
    const sequences = this.#sequences.map((one) => one.copy())
    const copy = new LossAccountant(sequences, sequences[this.#sequences.indexOf(this.#current)]!)
    copy.#messages = this.#messages
    copy.#lastHour = this.#lastHour.copy()
    return copy
  }

  /** The best score wins; of equal ones the rule that finds fewest lost, which a wrong rule makes up. */
  #choose(): void {
    let best = this.#current
    for (const one of this.#sequences) {
      if (one === best) continue
      if (one.score > Math.max(best.score + clearlyBetter, plausible)) best = one
      else if (this.isSettled && one.score > best.score - clearlyBetter && shareOf(one) < shareOf(best) * 0.9)
        best = one
    }
    if (best.rule.unit !== this.#current.rule.unit) this.#lastHour.startAnew(best)
    this.#current = best
  }
}

/** Lost units as a share of all, 0..1. */
export function shareOf({ lost, received }: Pick<Sequence, 'lost' | 'received'>): number {
  return lost === 0 ? 0 : lost / (lost + received)
}
