/**
 * Loss in one sequence of messages. It applies all counting rules of the protocol in parallel and selects the one that
 * fits.
 * @module
 */
import type { FlowProtocol } from '../protocol.ts'
import { LastHour } from './last-hour.ts'
import { rulesOf } from './rules.ts'
import { type MessageUnits, Sequence } from './sequence.ts'

/** A rule replaces the one in use only if its score is higher by this margin. */
const clearlyBetter = 0.02
/** A rule with a lower score replaces no other. */
const plausible = 0.25
/** A restart of the count is accepted only from a rule with a higher score. */
const trusted = 0.5
/** A rule with a higher score over this many messages is followed alone, which saves most of the work … */
const certain = 0.9
const certainMessages = 256
/** … until its score falls below this. */
const doubtful = 0.5
/** Decay of the peak score towards the current score, per message: half of the difference in about 45 messages. */
const peakDecay = 1 / 64
/** A rule has failed for good if its score is lower by this margin than that of its successor. */
const clearlyWorse = 0.5
/** Messages required before a rule is trusted. */
const enoughMessages = 16

export class LossAccountant {
  readonly #sequences: readonly Sequence[]
  #current: Sequence
  #lastHour = new LastHour()
  #messages = 0
  #isCertain = false
  /** While certain: the recent peak score, and the loss at that time, before a failing rule could add false losses. */
  #peak = 0
  #lostAtPeak = 0
  /** The rule that failed, and the losses that it may have reported falsely, until another rule is certain. */
  #failed: { readonly sequence: Sequence; readonly falseLoss: number } | undefined
  /** Number of data sets waiting for their template. */
  waiting = 0
  /** Whether any data set was dropped since all waiting ones were last decoded. */
  hasGivenUp = false

  constructor(sequences: readonly Sequence[], current: Sequence) {
    this.#sequences = sequences
    this.#current = current
  }

  static of(protocol: FlowProtocol): LossAccountant {
    const sequences = rulesOf[protocol].map((rule) => new Sequence(rule))
    return new LossAccountant(sequences, sequences[0]!)
  }

  /** The sequence of the rule that currently fits best. */
  get current(): Sequence {
    return this.#current
  }

  /** Units lost and received within the last hour by the current rule, to the minute. */
  get lastHour(): Pick<Sequence, 'lost' | 'received'> {
    return this.#lastHour.of(this.#current)
  }

  /** Advances the time for `lastHour`. Called about once a second. */
  tick(now: number): void {
    this.#lastHour.note(this.#current, now)
  }

  /** Whether enough messages arrived to trust the rule. */
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

  /** Remembers the loss at the recent peak score. Losses counted since may be false, as the rule may be failing. */
  #watchPeak(): void {
    const { score, lost } = this.#current
    if (score < this.#peak) {
      this.#peak += (score - this.#peak) * peakDecay
      return
    }
    this.#peak = score
    this.#lostAtPeak = lost
  }

  /** The rule in use fails: tries all rules again, starting from its counts. */
  #reconsider(): void {
    this.#isCertain = false
    const failed = this.#current
    this.#failed = { sequence: failed, falseLoss: Math.max(0, failed.lost - this.#lostAtPeak) }
    for (const one of this.#sequences) one.tryAgain(failed)
  }

  /** Subtracts the false losses of a failed rule, once another rule is certain. */
  #takeBack(): void {
    const failed = this.#failed
    this.#failed = undefined
    if (!failed || failed.sequence === this.#current) return
    if (failed.sequence.score > this.#current.score - clearlyWorse) return
    this.#current.lost = Math.max(0, this.#current.lost - failed.falseLoss)
  }

  resolve(units: { readonly records: number; readonly options: number }): void {
    for (const one of this.#sequences) {
      const { counts } = one.rule
      one.resolve(units.records * counts[0] + units.options * counts[1])
    }
  }

  /**
   * No data waits any more. If any was dropped, undetermined units count as undecoded: lost ones cannot be
   * distinguished.
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

  /**
   * Selects the rule with the best score; of nearly equal ones the rule with the least loss, as wrong rules find false
   * losses.
   */
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

/** Lost units as a share of all units, 0..1. */
export function shareOf({ lost, received }: Pick<Sequence, 'lost' | 'received'>): number {
  return lost === 0 ? 0 : lost / (lost + received)
}
