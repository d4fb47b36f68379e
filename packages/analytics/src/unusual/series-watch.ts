/**
 * Whether a series is unlike itself. Each value is held against what was expected of it, in units of how far off expectations
 * were of late; how far out is too far is learned from the series' own past (`tail.ts`).
 *
 *   learning ─(hours)─▶ usual ─(too far, or a little off for long)─▶ unusual ─(as expected again, or a new usual)─▶ usual
 *   any ─(a long gap, or measured in another way)─▶ settling ─(some steps)─▶ usual
 *
 * While it is unusual it learns nothing: what is expected stays what it would have been.
 * @module
 */
import { allowance, Cusum, mostOfStep } from './cusum.ts'
import { comparable, matters, type Measure, valueOf } from './measure.ts'
import { NextValue, type NextValueSnapshot } from './next-value.ts'
import { Season, type SeasonSnapshot } from './season.ts'
import { Tail, type TailSnapshot, type TailStart } from './tail.ts'

export interface SeriesReading extends Measure {
  /** Of the step that just ended; NaN where it is not known. */
  readonly value: number
  /** How it was measured: exporters, sampling rates, coverage. After a change the level is learned anew, and nothing told. */
  readonly measured: string
}

export type Way = 'up' | 'down'

/** What is unlike before. `sure`: 1 at the score that comes by chance as often as is allowed, and more beyond. */
export interface Deviation {
  readonly way: Way
  /** `point`: at once; `shift`: little by little. */
  readonly form: 'point' | 'shift'
  readonly value: number
  readonly expected: number
  /** Steps ago that it began; 0: in this one. */
  readonly ago: number
  readonly sure: number
}

/** `accepted`: it stayed so for long and is usual from now on; `lost`: what measures it changed, or was away. */
export type Ending = 'as before' | 'accepted' | 'lost'

export type Outcome =
  | { readonly state: 'learning'; readonly done: number }
  | { readonly state: 'usual' }
  /** No value, or one of the first after a gap or another way of measuring. */
  | { readonly state: 'unknown' }
  | ({ readonly state: 'begins' | 'goes on' } & Deviation)
  | { readonly state: 'ends'; readonly because: Ending; readonly value: number }

export interface SeriesSnapshot {
  /** null before the first value. */
  readonly next: NextValueSnapshot | null
  readonly slow: NextValueSnapshot | null
  readonly slowVariance: number
  readonly season: SeasonSnapshot
  readonly variance: number
  readonly tails: Readonly<Record<TailName, TailSnapshot>>
  readonly known: number
  readonly margin: number
  readonly measured: string
}

/** At most so many episodes a day by chance, of all ways of one series together: real loads have several times as many. */
const byChancePerDay = 1 / 50
/** Each episode that is told widens the limits by this, and a day narrows them by it again: one a day in the long run. */
const widening = 1.25
const mostMargin = 8
/** Expectations are never taken to be better than this, in comparable units. */
const leastScale = 0.02
/** One error teaches the season as if it were no greater, in standard deviations. */
const mostTaught = 3
/** One error counts for the scale as if it were no greater, in standard deviations. */
const mostOfScale = 5
/** Steps after a gap, or another way of measuring, in which nothing is judged. */
const settlingSteps = 6
/** Before its rhythm was seen twice, a day's climb would be a shift. */
const daysForShifts = 2
/** Steps before errors have a scale. */
const scaleSteps = 30
/** Parts of a day: a longer gap makes the level unknown; what stays unusual for longer is usual from then on. */
const longGap = 1 / 12
const patience = 1 / 4
/** Of the mean score of an episode, by each step; below this part of what it began with, it is over. */
const episodeRenewal = 0.35
const episodeFloor = 0.5

/** Of what is expected: at once, some steps; of a shift, hours. */
const renewal = { fast: 0.22, slowPerDay: 8 } as const
const tailNames = ['up', 'down', 'shiftUp', 'shiftDown'] as const
type TailName = (typeof tailNames)[number]
/** Of what comes by chance: a shift is seldom so urgent that it is worth crying wolf. */
const parts: Readonly<Record<TailName, number>> = { up: 0.4, down: 0.4, shiftUp: 0.1, shiftDown: 0.1 }
const pointTail: TailStart = { level: 2, share: 0.03, mean: 0.8 }
const shiftTail: TailStart = { level: 4, share: 0.004, mean: 2 }

interface Episode {
  readonly way: Way
  readonly form: Deviation['form']
  /** The score that was too far. */
  readonly limit: number
  readonly floor: number
  /** Mean score of late. */
  mean: number
  steps: number
}

/** A step as it is held against what was expected; comparable values, but for `value`. */
interface Step {
  readonly value: number
  readonly measure: Measure
  readonly now: number
  readonly expected: number
  /** Standard deviation of errors. */
  readonly scale: number
  readonly slow: number
  readonly slowScale: number
  /** Milliseconds since 1970. */
  readonly middle: number
  readonly rhythm: number
}

/** Steps from which on a series may be judged: four hours, but no fewer than give it a scale, and no more than it needs. */
export const stepsToLearn = (stepsPerDay: number): number => Math.min(240, Math.max(60, Math.round(stepsPerDay / 6)))

export class SeriesWatch {
  readonly #stepsPerDay: number
  readonly #next: NextValue
  /** Of hours: what a shift is held against. */
  readonly #slow: NextValue
  readonly #season: Season
  readonly #tails: Readonly<Record<TailName, Tail>>
  readonly #up = new Cusum()
  readonly #down = new Cusum()
  #variance = 0
  #slowVariance = 0
  #known = 0
  #margin = 1
  #measured = ''
  #settling = 0
  #gap = 0
  #episode: Episode | undefined

  constructor(stepsPerDay: number, snapshot?: SeriesSnapshot) {
    this.#stepsPerDay = stepsPerDay
    this.#next = new NextValue(stepsPerDay, renewal.fast, snapshot?.next ?? undefined)
    this.#slow = new NextValue(
      stepsPerDay,
      Math.min(0.1, renewal.slowPerDay / stepsPerDay),
      snapshot?.slow ?? undefined,
    )
    this.#season = new Season(snapshot?.season)
    const tail = (name: TailName, start: TailStart): Tail => new Tail(start, 7 * stepsPerDay, snapshot?.tails?.[name])
    this.#tails = {
      up: tail('up', pointTail),
      down: tail('down', pointTail),
      shiftUp: tail('shiftUp', shiftTail),
      shiftDown: tail('shiftDown', shiftTail),
    }
    const { variance, known, margin, measured } = snapshot ?? {}
    const isWhole = [variance, known, margin].every(
      (one) => typeof one === 'number' && Number.isFinite(one) && one >= 0,
    )
    if (!isWhole) return
    this.#variance = variance!
    this.#known = known!
    this.#margin = Math.min(mostMargin, Math.max(1, margin!))
    this.#measured = typeof measured === 'string' ? measured : ''
  }

  /** The step that began at `at`, milliseconds since 1970. */
  step({ value, compare, least, measured }: SeriesReading, at: number): Outcome {
    const measure = { compare, least }
    const middle = at + 43_200_000 / this.#stepsPerDay
    const rhythm = this.#season.dayAt(middle) + this.#season.weekAt(middle)
    const expected = this.#next.expect(rhythm)
    const scale = Math.max(leastScale, Math.sqrt(this.#variance))
    const slow = this.#slow.expect(rhythm)
    const slowScale = Math.max(leastScale, Math.sqrt(this.#slowVariance))
    const step: Step = {
      value,
      measure,
      now: comparable(value, measure),
      expected,
      scale,
      slow,
      slowScale,
      middle,
      rhythm,
    }
    this.#margin = Math.max(1, this.#margin * widening ** (-1 / this.#stepsPerDay))
    if (Number.isNaN(step.now)) return this.#missed(step)
    const isOther = this.#known > 0 && measured !== this.#measured
    const wasAway = this.#gap > this.#stepsPerDay * longGap
    this.#gap = 0
    this.#measured = measured
    if (Number.isNaN(expected)) return this.#first(step)
    if (isOther || wasAway) return this.#settle(step)
    return this.#episode === undefined ? this.#judge(step) : this.#goOn(this.#episode, step)
  }

  snapshot(): SeriesSnapshot {
    const { up, down, shiftUp, shiftDown } = this.#tails
    return {
      next: this.#next.snapshot() ?? null,
      slow: this.#slow.snapshot() ?? null,
      slowVariance: this.#slowVariance,
      season: this.#season.snapshot(),
      variance: this.#variance,
      tails: {
        up: up.snapshot(),
        down: down.snapshot(),
        shiftUp: shiftUp.snapshot(),
        shiftDown: shiftDown.snapshot(),
      },
      known: this.#known,
      margin: this.#margin,
      measured: this.#measured,
    }
  }

  /** It has too little of a past to be judged. */
  get isLearning(): boolean {
    return this.#known < stepsToLearn(this.#stepsPerDay)
  }

  #first({ now, middle, rhythm }: Step): Outcome {
    this.#next.advance(now, rhythm, 0)
    this.#slow.advance(now, rhythm, 0)
    this.#season.learn(now, middle, this.#partOfSlot)
    this.#known = Math.max(1, this.#known)
    return { state: 'learning', done: 0 }
  }

  #judge(step: Step): Outcome {
    const isKnown = !this.isLearning
    const deviation = isKnown && this.#settling === 0 ? this.#deviationOf(step) : undefined
    if (deviation !== undefined) {
      this.#next.advance(step.expected, step.rhythm, 0)
      this.#slow.advance(step.slow, step.rhythm, 0)
      return { state: 'begins', ...deviation }
    }
    this.#learn(step)
    if (!isKnown) return { state: 'learning', done: this.#known / stepsToLearn(this.#stepsPerDay) }
    if (this.#settling === 0) return { state: 'usual' }
    this.#settling--
    return { state: 'unknown' }
  }

  /** Undefined for a usual one. */
  #deviationOf(step: Step): Deviation | undefined {
    return this.#pointOf(step) ?? (this.#known < this.#stepsPerDay * daysForShifts ? undefined : this.#shiftOf(step))
  }

  /** Held against some steps before. */
  #pointOf({ value, measure, now, expected, scale }: Step): Deviation | undefined {
    const figures = { value, expected: valueOf(expected, measure) }
    const way = now > expected ? 'up' : 'down'
    const far = Math.abs(now - expected) / scale
    const limit = this.#limitOf(way)
    if (far <= limit || !matters(value, figures.expected, measure)) return undefined
    this.#tails[way].take(limit)
    this.#begin({ way, form: 'point', limit, floor: limit * episodeFloor, mean: limit, steps: 0 })
    return { way, form: 'point', ...figures, ago: 0, sure: far / limit }
  }

  /** Held against hours and the rhythm of days. */
  #shiftOf({ value, measure, now, slow, slowScale }: Step): Deviation | undefined {
    const figures = { value, expected: valueOf(slow, measure) }
    if (!matters(value, figures.expected, measure)) return undefined
    const [way, name, cusum] =
      now > slow ? (['up', 'shiftUp', this.#up] as const) : (['down', 'shiftDown', this.#down] as const)
    const sum = cusum.sum + Math.min(Math.abs(now - slow) / slowScale, mostOfStep) - allowance
    const most = this.#limitOf(name)
    if (sum <= most) return undefined
    const ago = cusum.steps
    const mean = sum / (ago + 1) + allowance
    this.#tails[name].take(most)
    this.#begin({ way, form: 'shift', limit: mean * 4, floor: mean * episodeFloor, mean, steps: ago })
    return { way, form: 'shift', ...figures, ago, sure: sum / most }
  }

  /** The score that comes by chance as often as is allowed, and more after every episode. */
  #limitOf(name: TailName): number {
    return this.#margin * this.#tails[name].quantile((byChancePerDay * parts[name]) / this.#stepsPerDay)
  }

  #begin(episode: Episode): void {
    this.#episode = episode
    this.#margin = Math.min(mostMargin, this.#margin * widening)
    this.#up.reset()
    this.#down.reset()
  }

  #goOn(episode: Episode, step: Step): Outcome {
    const { value, measure, now, scale, slow, slowScale, middle, rhythm } = step
    const { way, form, limit, floor } = episode
    // Each form by what found it.
    const [expected, error] = form === 'point' ? [step.expected, scale] : [slow, slowScale]
    const score = ((way === 'up' ? 1 : -1) * (now - expected)) / error
    episode.mean += episodeRenewal * (clamped(score, limit) - episode.mean)
    episode.steps++
    const isOver = episode.mean < floor
    if (!isOver && episode.steps < this.#stepsPerDay * patience) {
      this.#next.advance(step.expected, rhythm, 0)
      this.#slow.advance(slow, rhythm, 0)
      const figures = { value, expected: valueOf(expected, measure) }
      return { state: 'goes on', way, form, ...figures, ago: episode.steps, sure: Math.max(0, score / limit) }
    }
    this.#episode = undefined
    if (!isOver) {
      this.#goTo(step)
      this.#settling = settlingSteps
    }
    this.#next.advance(isOver ? step.expected + clamped(now - step.expected, mostTaught * scale) : now, rhythm, 0)
    this.#slow.advance(isOver ? slow : now, rhythm, 0)
    this.#season.learn(now, middle, this.#partOfSlot)
    return { state: 'ends', because: isOver ? 'as before' : 'accepted', value }
  }

  /** Nothing is known of the step: what was expected is taken for it. */
  #missed({ expected, slow, rhythm }: Step): Outcome {
    this.#gap++
    if (!Number.isNaN(expected)) {
      this.#next.advance(expected, rhythm, 0)
      this.#slow.advance(slow, rhythm, 0)
    }
    if (this.#episode === undefined || this.#gap <= this.#stepsPerDay * longGap) return { state: 'unknown' }
    this.#episode = undefined
    return { state: 'ends', because: 'lost', value: NaN }
  }

  /** The level is not what it was, and that says nothing. */
  #settle(step: Step): Outcome {
    const { value, now, rhythm } = step
    const wasUnusual = this.#episode !== undefined
    this.#episode = undefined
    this.#up.reset()
    this.#down.reset()
    this.#goTo(step)
    this.#settling = settlingSteps
    this.#next.advance(now, rhythm, 0)
    this.#slow.advance(now, rhythm, 0)
    return wasUnusual ? { state: 'ends', because: 'lost', value } : { state: 'unknown' }
  }

  /** The level is `now`, and the season goes with it. */
  #goTo({ now, expected, slow }: Step): void {
    this.#next.shift(now - expected)
    this.#slow.shift(now - slow)
    this.#season.shift(now - expected)
  }

  #learn({ now, expected, scale, slow, slowScale, middle, rhythm }: Step): void {
    const error = now - expected
    const drift = now - slow
    if (this.#known < scaleSteps) {
      this.#variance += (error ** 2 - this.#variance) / this.#known
      this.#slowVariance += (drift ** 2 - this.#slowVariance) / this.#known
    } else {
      // An hour or so: loads that were restless a moment ago are so now.
      this.#variance +=
        Math.min(0.25, 24 / this.#stepsPerDay) * (clamped(error, mostOfScale * scale) ** 2 - this.#variance)
      const score = error / scale
      this.#tails.up.take(score)
      this.#tails.down.take(-score)
      this.#slowVariance += (clamped(drift, mostTaught * slowScale) ** 2 - this.#slowVariance) / this.#stepsPerDay
      const [up, down] = [this.#up.take(drift / slowScale), this.#down.take(-drift / slowScale)]
      if (this.#known > this.#stepsPerDay) {
        this.#tails.shiftUp.take(up)
        this.#tails.shiftDown.take(down)
      }
    }
    this.#known++
    this.#next.advance(now, rhythm, scale)
    this.#slow.advance(now, rhythm, scale)
    this.#season.learn(expected + clamped(error, mostTaught * scale), middle, this.#partOfSlot)
  }

  /** Of a quarter of an hour. */
  get #partOfSlot(): number {
    return Math.min(1, 96 / this.#stepsPerDay)
  }
}

const clamped = (value: number, most: number): number => Math.max(-most, Math.min(most, value))
