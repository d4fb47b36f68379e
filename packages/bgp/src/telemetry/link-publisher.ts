/**
 * When a link is worth an UPDATE (draft §6): at once when its use changed by a twentieth of its capacity or crossed its
 * threshold, not sooner than the least interval after the last one, and again after the refresh interval even if
 * nothing changed, so that a receiver can tell a quiet link from a dead agent.
 * @module
 */
import { maxClockAhead } from './limits.ts'
import type { LinkKey, LinkTelemetry } from './link.ts'
import type { Measurement } from './measurement.ts'
import { CongestionVerdict } from './verdict.ts'

export interface PublishingRules {
  /** Share of the capacity by which use must change, either way. */
  readonly change: number
  /** Milliseconds between two UPDATEs of a link. */
  readonly interval: number
  /** The same while it is congested, when others are about to act. */
  readonly congestedInterval: number
  /** Milliseconds after which a link is repeated. */
  readonly refresh: number
}

export const defaultRules: PublishingRules = { change: 0.05, interval: 200, congestedInterval: 100, refresh: 30_000 }

/** What was measured; rates in octets per second. */
export interface LinkSample extends Omit<LinkTelemetry, 'measurement'> {
  readonly key: LinkKey
  readonly received: number
  /** 0: not known, so that the link never counts as congested. */
  readonly threshold: number
  readonly drops: number
  readonly confidence: number
  readonly window: number
  /** The same over a shorter window, where there is one: begins congestion, and is what is told while it lasts. */
  readonly quick?: Rates
}

type Rates = Pick<LinkSample, 'utilised' | 'received' | 'drops' | 'window'>

interface Published {
  readonly sample: LinkSample
  readonly congested: Measurement['congested']
  readonly sequence: number
  readonly at: number
}

/**
 * Share of its capacity from which on a link counts as congested, until somebody learns a better one. It no longer does
 * when use stays as far below as would be announced anyway (`change` of the rules).
 */
export const congestedFrom = 0.8

/** Delay changed when it did by a fifth, and by as much as clocks and queues of an idle host do not make. */
const delayChange = { share: 0.2, microseconds: 200 }

export class LinkPublisher {
  readonly #agent: bigint
  readonly #rules: PublishingRules
  readonly #published = new Map<string, Published>()
  readonly #verdicts = new Map<string, Readonly<Record<'out' | 'in', CongestionVerdict>>>()

  constructor(agent: bigint, rules: Partial<PublishingRules> = {}) {
    this.#agent = agent
    this.#rules = { ...defaultRules, ...rules }
  }

  /**
   * The link to be announced, or undefined when this sample is not worth it yet. `id` is the caller's name of the link.
   * A change that comes too soon is told by the next sample that comes late enough.
   */
  observe(id: string, sample: LinkSample, now: number): LinkTelemetry | undefined {
    const last = this.#published.get(id)
    const congested = this.#congestionNow(id, sample, now)
    const told = toldOf(sample, congested)
    if (last !== undefined && !this.#isDue(last, told, congested, now)) return undefined
    const sequence = sequenceAfter(last?.sequence ?? 0, Math.round(now))
    this.#published.set(id, { sample: told, congested, sequence, at: now })
    return measuredLink(sample, { congested, sequence, agent: this.#agent })
  }

  /** The link is down or gone: its key, if it was announced and must be withdrawn. */
  end(id: string): LinkKey | undefined {
    const last = this.#published.get(id)
    this.#published.delete(id)
    this.#verdicts.delete(id)
    return last?.sample.key
  }

  /** How the link was last announced. */
  congestionOf(id: string): Measurement['congested'] {
    return this.#published.get(id)?.congested ?? 'no'
  }

  #congestionNow(id: string, sample: LinkSample, now: number): Measurement['congested'] {
    const verdicts = this.#verdicts.get(id) ?? { out: new CongestionVerdict(), in: new CongestionVerdict() }
    this.#verdicts.set(id, verdicts)
    const { threshold, capacity, quick = sample } = sample
    const levels = { threshold, relief: threshold - this.#rules.change * capacity }
    const out = verdicts.out.step({ quick: quick.utilised, calm: sample.utilised, ...levels }, now)
    const received = verdicts.in.step({ quick: quick.received, calm: sample.received, ...levels }, now)
    if (out) return received ? 'both' : 'out'
    return received ? 'in' : 'no'
  }

  #isDue(last: Published, sample: LinkSample, congested: Measurement['congested'], now: number): boolean {
    const { change, interval, congestedInterval, refresh } = this.#rules
    const passed = now - last.at
    // A clock that was set back must not silence a link.
    if (passed < 0 || passed >= refresh) return true
    const isCongested = congested !== 'no' || last.congested !== 'no'
    if (passed < (isCongested ? congestedInterval : interval)) return false
    return congested !== last.congested || isOther(last.sample, sample, change)
  }
}

/**
 * Higher than the last, also when the clock was set back a little. Receivers reject a sequence number too far ahead of
 * their clock, and would go on rejecting ours until that time, so then we start anew.
 */
const sequenceAfter = (last: number, now: number): number =>
  last - now > maxClockAhead ? now : Math.max(now, last + 1)

function isOther(before: LinkSample, after: LinkSample, change: number): boolean {
  const least = change * after.capacity
  const hasMoved = (one: number, other: number): boolean => Math.abs(one - other) >= least
  if (before.capacity !== after.capacity || before.name !== after.name) return true
  if (hasMoved(before.utilised, after.utilised) || hasMoved(before.received, after.received)) return true
  if (hasMoved(before.threshold, after.threshold) || before.drops > 0 !== after.drops > 0) return true
  return isDelayOther(before.delay?.typical, after.delay?.typical)
}

function isDelayOther(before: number | undefined, after: number | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after
  const difference = Math.abs(before - after)
  return difference >= delayChange.microseconds && difference >= delayChange.share * before
}

const toldOf = (sample: LinkSample, congested: Measurement['congested']): LinkSample =>
  congested === 'no' ? sample : { ...sample, ...sample.quick }

/** The link with the rates of the window that is told. */
export function measuredLink(
  sample: LinkSample,
  head: Pick<Measurement, 'congested' | 'sequence' | 'agent'>,
): LinkTelemetry {
  const { received, threshold, drops, confidence, window, quick: _, ...link } = toldOf(sample, head.congested)
  return { ...link, measurement: { ...head, confidence, window, threshold, drops, received } }
}
