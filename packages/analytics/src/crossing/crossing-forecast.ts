/**
 * How likely the load of a link reaches a level within the horizon. All links teach one model, in units of how far each
 * usually climbs; and they teach it with levels that they cross now and then, so that it knows something long before a link
 * is full. It learns from what it sees, and forecasts nothing that it has not learned.
 * @module
 */
import { featureCount, LinkPast, type Pace, type PastSnapshot } from './link-past.ts'
import { type LogisticSnapshot, OnlineLogistic } from './online-logistic.ts'
import { type Grade, Reliability, type ReliabilitySnapshot } from './reliability.ts'

export interface ForecastSnapshot {
  readonly pace: Pace
  readonly model: LogisticSnapshot
  readonly lessons: Lessons
  readonly reliability: ReliabilitySnapshot
  readonly links: Readonly<Record<string, PastSnapshot>>
}

/** How often a level was reached, and was not, of all that it learned from. */
export interface Lessons {
  readonly came: number
  readonly stayedAway: number
}

/** `learning`: what is missing, of the model or of the link, as a share of what is needed. */
export type Chance =
  | { readonly state: 'known'; readonly chance: number }
  | { readonly state: 'reached' }
  | { readonly state: 'learning'; readonly done: number }
  | { readonly state: 'unknown' }

/** Directions of links that are followed, some 5 kB each; readings of further ones are passed over. */
export const maxFollowed = 4096
/** Crossings from which it takes itself to know something: a day of a network of three links brings as many. */
const leastCrossings = 300
/** Part of a day that must be known of a link to learn from it, and to forecast it: before, its levels are those of an hour. */
const leastOfDay = { toLearn: 0.25, toForecast: 0.9 } as const

/** An example whose outcome is not known yet. */
interface Pending {
  readonly features: Float64Array
  readonly level: number
  /** What was said of it, of the level that matters; undefined for one to learn by. */
  readonly said: number | undefined
}

interface Followed {
  readonly past: LinkPast
  /** One list a step, oldest first; as many as the horizon has steps. */
  readonly pending: (readonly Pending[])[]
}

export class CrossingForecast {
  readonly #pace: Pace
  readonly #model: OnlineLogistic
  readonly #reliability: Reliability
  readonly #links = new Map<string, Followed>()
  #lessons: Lessons

  /** @param snapshot of another pace is not used */
  constructor(pace: Pace, snapshot?: ForecastSnapshot) {
    this.#pace = pace
    const { stepsPerDay, horizon } = pace
    const isOurs = snapshot?.pace?.stepsPerDay === stepsPerDay && snapshot.pace.horizon === horizon
    const known = isOurs ? snapshot : undefined
    this.#model = new OnlineLogistic(featureCount, known?.model)
    this.#reliability = new Reliability(known?.reliability)
    this.#lessons = known?.lessons ?? { came: 0, stayedAway: 0 }
    for (const [link, past] of Object.entries(known?.links ?? {}).slice(0, maxFollowed)) {
      this.#links.set(link, { past: new LinkPast(pace, past), pending: [] })
    }
  }

  get lessons(): Lessons {
    return this.#lessons
  }

  /** How what was said compares with what came. */
  get grades(): readonly Grade[] {
    return this.#reliability.grades
  }

  /** The mean load of each link in the step that just ended, NaN where it is not known, and the level that matters there. */
  step(readings: ReadonlyMap<string, { readonly load: number; readonly level: number }>): void {
    for (const link of this.#links.keys()) if (!readings.has(link)) this.#links.delete(link)
    for (const [link, { load, level }] of readings) {
      let followed = this.#links.get(link)
      if (followed === undefined) {
        if (this.#links.size >= maxFollowed) continue
        followed = { past: new LinkPast(this.#pace), pending: [] }
        this.#links.set(link, followed)
      }
      followed.past.add(load)
      this.#learn(followed)
      followed.pending.push(this.#examplesOf(link, followed.past, level))
    }
    this.#model.age()
  }

  /** That the load of the link reaches `level` within the horizon. */
  chanceOf(link: string, level: number): Chance {
    const past = this.#links.get(link)?.past
    if (past === undefined || Number.isNaN(past.ago(0))) return { state: 'unknown' }
    if (past.ago(0) >= level) return { state: 'reached' }
    const done = Math.min(
      this.#lessons.came / leastCrossings,
      past.known / Math.ceil(leastOfDay.toForecast * this.#pace.stepsPerDay),
    )
    if (done < 1) return { state: 'learning', done }
    const features = past.featuresFor(level)
    return features === undefined ? { state: 'unknown' } : { state: 'known', chance: this.#model.chanceOf(features) }
  }

  snapshot(): ForecastSnapshot {
    return {
      pace: this.#pace,
      model: this.#model.snapshot(),
      lessons: this.#lessons,
      reliability: this.#reliability.snapshot(),
      links: Object.fromEntries([...this.#links].map(([link, { past }]) => [link, past.snapshot()])),
    }
  }

  /** From examples whose horizon has ended; one with gaps in it says nothing unless the level was reached. */
  #learn({ past, pending }: Followed): void {
    if (pending.length < this.#pace.horizon) return
    let highest = -Infinity
    let isWhole = true
    for (let steps = 0; steps < this.#pace.horizon; steps++) {
      const load = past.ago(steps)
      if (Number.isNaN(load)) isWhole = false
      else highest = Math.max(highest, load)
    }
    for (const { features, level, said } of pending.shift()!) {
      const outcome = highest >= level ? 'came' : 'stayed away'
      if (outcome === 'stayed away' && !isWhole) continue
      if (said !== undefined) {
        this.#reliability.take(said, outcome)
        continue
      }
      this.#model.learn(features, outcome)
      const { came, stayedAway } = this.#lessons
      this.#lessons = outcome === 'came' ? { came: came + 1, stayedAway } : { came, stayedAway: stayedAway + 1 }
    }
  }

  #examplesOf(link: string, past: LinkPast, matters: number): readonly Pending[] {
    const examples: Pending[] = []
    if (past.known >= Math.ceil(leastOfDay.toLearn * this.#pace.stepsPerDay)) {
      for (const level of past.levels()) {
        const features = past.featuresFor(level)
        if (features !== undefined) examples.push({ features, level, said: undefined })
      }
    }
    const said = this.chanceOf(link, matters)
    if (said.state !== 'known') return examples
    return [...examples, { features: new Float64Array(0), level: matters, said: said.chance }]
  }
}
