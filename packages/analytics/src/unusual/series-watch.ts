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
/** Steps after a gap, or another way of measuring, in which nothing is judged. */
const settlingSteps = 6
/** Steps before errors have a scale. */
const scaleSteps = 30
/** Parts of a day: a longer gap makes the level unknown; what stays unusual for longer is usual from then on. */
const longGap = 1 / 12
const patience = 1 / 4
/** Of the mean score of an episode, by each step; below this part of what it began with, it is over. */
const episodeRenewal = 0.35
const episodeFloor = 0.5

const tailNames = ['up', 'down', 'shiftUp', 'shiftDown'] as const
type TailName = (typeof tailNames)[number]
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
  /** Milliseconds since 1970. */
  readonly middle: number
  readonly rhythm: number
}

/** Steps from which on a series may be judged: four hours, but no fewer than give it a scale, and no more than it needs. */
export const stepsToLearn = (stepsPerDay: number): number => Math.min(240, Math.max(60, Math.round(stepsPerDay / 6)))

export class SeriesWatch {
  readonly #stepsPerDay: number
  readonly #next: NextValue
  readonly #season: Season
  readonly #tails: Readonly<Record<TailName, Tail>>
  readonly #up = new Cusum()
  readonly #down = new Cusum()
  #variance = 0
  #known = 0
  #margin = 1
  #measured = ''
  #settling = 0
  #gap = 0
  #episode: Episode | undefined

  constructor(stepsPerDay: number, snapshot?: SeriesSnapshot) {
    this.#stepsPerDay = stepsPerDay
    this.#next = new NextValue(stepsPerDay, snapshot?.next ?? undefined)
    this.#season = new Season(snapshot?.season)
    const tail = (name: TailName, start: TailStart): Tail => new Tail(start, 7 * stepsPerDay, snapshot?.tails?.[name])
    this.#tails = {
      up: tail('up', pointTail),
      down: tail('down', pointTail),
      shiftUp: tail('shiftUp', shiftTail),
      shiftDown: tail('shiftDown', shiftTail),
    }
    const { variance, known, margin, measured } = snapshot ?? {}
    const isWhole = [variance, known, margin].every((one) => typeof one === 'number' && Number.isFinite(one) && one >= 0)
    if (!isWhole) return
    this.#variance = variance!
    this.#known = known!
    this.#margin = Math.min(mostMargin, Math.max(1, margin!))
    this.#measured = String(measured ?? '')
  }

  /** The step that began at `at`, milliseconds since 1970. */
  step({ value, compare, least, measured }: SeriesReading, at: number): Outcome {
    const measure = { compare, least }
    const middle = at + 43_200_000 / this.#stepsPerDay
    const rhythm = this.#season.dayAt(middle) + this.#season.weekAt(middle)
    const expected = this.#next.expect(rhythm)
    const scale = Math.max(leastScale, Math.sqrt(this.#variance))
    const step: Step = { value, measure, now: comparable(value, measure), expected, scale, middle, rhythm }
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

  #first({ now, middle, rhythm }: Step): Outcome {
    this.#next.advance(now, rhythm, 0)
    this.#season.learn(now, middle, this.#partOfSlot)
    this.#known = Math.max(1, this.#known)
    return { state: 'learning', done: 0 }
  }

  #judge(step: Step): Outcome {
    const enough = stepsToLearn(this.#stepsPerDay)
    const isKnown = this.#known >= enough
    const deviation = isKnown && this.#settling === 0 ? this.#deviationOf(step) : undefined
    if (deviation !== undefined) {
      this.#next.advance(step.expected, step.rhythm, 0)
      return { state: 'begins', ...deviation }
    }
    this.#learn(step)
    if (!isKnown) return { state: 'learning', done: this.#known / enough }
    if (this.#settling === 0) return { state: 'usual' }
    this.#settling--
    return { state: 'unknown' }
  }

  /** Undefined for a usual one. */
  #deviationOf({ value, measure, now, expected, scale }: Step): Deviation | undefined {
    const figures = { value, expected: valueOf(expected, measure) }
    if (!matters(value, figures.expected, measure)) return undefined
    const byChance = byChancePerDay / this.#stepsPerDay / tailNames.length
    const { up, down, shiftUp, shiftDown } = this.#tails
    const [way, tail, shift, cusum]: readonly [Way, Tail, Tail, Cusum] =
      now > expected ? ['up', up, shiftUp, this.#up] : ['down', down, shiftDown, this.#down]
    const far = Math.abs(now - expected) / scale
    const limit = this.#margin * tail.quantile(byChance)
    if (far > limit) {
      tail.take(limit)
      this.#begin({ way, form: 'point', limit, floor: limit * episodeFloor, mean: limit, steps: 0 })
      return { way, form: 'point', ...figures, ago: 0, sure: far / limit }
    }
    const sum = cusum.sum + Math.min(far, mostOfStep) - allowance
    const most = this.#margin * shift.quantile(byChance)
    if (sum <= most) return undefined
    const ago = cusum.steps
    const mean = sum / (ago + 1) + allowance
    shift.take(most)
    this.#begin({ way, form: 'shift', limit, floor: mean * episodeFloor, mean, steps: ago })
    return { way, form: 'shift', ...figures, ago, sure: sum / most }
  }

  #begin(episode: Episode): void {
    this.#episode = episode
    this.#margin = Math.min(mostMargin, this.#margin * widening)
    this.#up.reset()
    this.#down.reset()
  }

  #goOn(episode: Episode, { value, measure, now, expected, scale, middle, rhythm }: Step): Outcome {
    const { way, form, limit, floor } = episode
    const score = ((way === 'up' ? 1 : -1) * (now - expected)) / scale
    episode.mean += episodeRenewal * (clamped(score, limit) - episode.mean)
    episode.steps++
    const isOver = episode.mean < floor
    if (!isOver && episode.steps < this.#stepsPerDay * patience) {
      this.#next.advance(expected, rhythm, 0)
      const figures = { value, expected: valueOf(expected, measure) }
      return { state: 'goes on', way, form, ...figures, ago: episode.steps, sure: Math.max(0, score / limit) }
    }
    this.#episode = undefined
    if (!isOver) {
      this.#shift(now - expected)
      this.#settling = settlingSteps
    }
    this.#next.advance(isOver ? expected + clamped(now - expected, mostTaught * scale) : now, rhythm, 0)
    this.#season.learn(now, middle, this.#partOfSlot)
    return { state: 'ends', because: isOver ? 'as before' : 'accepted', value }
  }

  /** Nothing is known of the step: what was expected is taken for it. */
  #missed({ expected, rhythm }: Step): Outcome {
    this.#gap++
    if (!Number.isNaN(expected)) this.#next.advance(expected, rhythm, 0)
    if (this.#episode === undefined || this.#gap <= this.#stepsPerDay * longGap) return { state: 'unknown' }
    this.#episode = undefined
    return { state: 'ends', because: 'lost', value: NaN }
  }

  /** The level is not what it was, and that says nothing. */
  #settle({ value, now, expected, rhythm }: Step): Outcome {
    const wasUnusual = this.#episode !== undefined
    this.#episode = undefined
    this.#up.reset()
    this.#down.reset()
    this.#shift(now - expected)
    this.#settling = settlingSteps
    this.#next.advance(now, rhythm, 0)
    return wasUnusual ? { state: 'ends', because: 'lost', value } : { state: 'unknown' }
  }

  #shift(by: number): void {
    this.#next.shift(by)
    this.#season.shift(by)
  }

  #learn({ now, expected, scale, middle, rhythm }: Step): void {
    const error = now - expected
    if (this.#known < scaleSteps) {
      this.#variance += (error ** 2 - this.#variance) / this.#known
    } else {
      // An hour or so: loads that were restless a moment ago are so now.
      this.#variance += Math.min(0.25, 24 / this.#stepsPerDay) * (error ** 2 - this.#variance)
      const score = error / scale
      this.#tails.up.take(score)
      this.#tails.down.take(-score)
      this.#tails.shiftUp.take(this.#up.take(score))
      this.#tails.shiftDown.take(this.#down.take(-score))
    }
    this.#known++
    this.#next.advance(now, rhythm, scale)
    this.#season.learn(expected + clamped(error, mostTaught * scale), middle, this.#partOfSlot)
  }

  /** Of a quarter of an hour. */
  get #partOfSlot(): number {
    return Math.min(1, 96 / this.#stepsPerDay)
  }
}

const clamped = (value: number, most: number): number => Math.max(-most, Math.min(most, value))
