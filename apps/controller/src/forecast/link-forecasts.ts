/**
 * How likely each link is about to be full. Once in five minutes the mean load of each direction goes to the forecast, which
 * says whether it will reach the threshold of a congested link within half an hour. What it knows is kept over restarts.
 * @module
 */
import { type Chance, CrossingForecast, type ForecastSnapshot, type Grade, type Lessons } from '@vagus/analytics'
import type { Config, Expected } from '@vagus/api'
import { congestedFrom } from '@vagus/api/thresholds'
import type { ControlStore } from '@vagus/store'
import type { LoadHistory } from '../domain/load-history.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { timeText } from '../resources/windows.ts'
import { ExpectationMonitor } from './expectation-monitor.ts'

/** Milliseconds. A day has 288 of them. */
export const forecastStep = 300_000
const pace = { stepsPerDay: 86_400_000 / forecastStep, horizon: 6 } as const
const horizonMs = forecastStep * pace.horizon
/** Steps; what is known of a link is written down so often, and when the controller stops. */
const saveEvery = 3
/** Part of a step's loads that must be known. */
const leastKnown = 0.5
const forecastKey = 'forecast/links'

const ways = ['aToZ', 'zToA'] as const
type Way = (typeof ways)[number]

interface ForecastView {
  readonly config: Pick<Config, 'links'>
  readonly history: LoadHistory
  /** Bits per second; what an agent measures of the link where it does, else as configured. */
  readonly capacityOf: (link: Config['links'][number]) => number
}

export interface LinkForecastsParts {
  readonly view: () => ForecastView
  readonly control: Pick<ControlStore, 'get' | 'put'>
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

interface Kept {
  /** Number of the last step since 1970. */
  readonly step: number
  readonly forecast: ForecastSnapshot
}

export class LinkForecasts {
  readonly #parts: LinkForecastsParts
  readonly #forecast: CrossingForecast
  readonly #monitor = new ExpectationMonitor()
  /** Number of the step that is running; the one before is the last that was taken. Undefined before the first. */
  #running: number | undefined
  /** Load from which on a link is congested, by its name, as of the last step. */
  #levels: ReadonlyMap<string, number> = new Map()
  #unsaved = 0

  constructor(parts: LinkForecastsParts) {
    this.#parts = parts
    const kept = parts.control.get(forecastKey)?.value as Kept | undefined
    this.#forecast = new CrossingForecast(pace, kept?.forecast)
    if (typeof kept?.step === 'number') this.#running = kept.step + 1
    this.#levels = levelsOf(parts.view())
  }

  get lessons(): Lessons {
    return this.#forecast.lessons
  }

  get grades(): readonly Grade[] {
    return this.#forecast.grades
  }

  /** To be called once a second; takes the step that has just ended. */
  tick(now: number): void {
    const running = Math.floor(now / forecastStep)
    if (running === this.#running) return
    const before = this.#running ?? running
    this.#running = running
    const missed = running - before - 1
    // The first second after a start is in no step that was heard to its end.
    if (missed < 0) return
    for (let step = 0; step < Math.min(missed, pace.stepsPerDay); step++) this.#forecast.step(this.#readings(undefined))
    this.#forecast.step(this.#readings(now))
    const { config } = this.#parts.view()
    const chances = config.links.map((link) => ({ link: link.name, chance: this.#worst(link) }))
    this.#monitor.step(chances, timeText(running * forecastStep + horizonMs)).forEach(this.#parts.tell)
    if (++this.#unsaved >= saveEvery) this.#save()
  }

  stop(): void {
    this.#save()
  }

  /** Undefined for a link without counters. */
  expectedOf(link: Config['links'][number]): Expected | undefined {
    const chances = ways.map((way) => this.#chanceOf(link, way))
    if (this.#running === undefined || chances.every(({ state }) => state === 'unknown')) return undefined
    const [aToZ, zToA] = chances.map(numberOf)
    const least = Math.min(...chances.map((chance) => (chance.state === 'learning' ? chance.done : 1)))
    return {
      utilisation: congestedFrom,
      by: timeText(this.#running * forecastStep + horizonMs),
      aToZ: aToZ ?? null,
      zToA: zToA ?? null,
      ...(least < 1 && { unknown: `still learning: ${Math.floor(least * 100)} % of the first day and of the lessons` }),
    }
  }

  /** Of both ways, for metrics: null where it is not known. */
  chancesOf(link: Config['links'][number]): Readonly<Record<Way, number | null>> {
    return { aToZ: numberOf(this.#chanceOf(link, 'aToZ')), zToA: numberOf(this.#chanceOf(link, 'zToA')) }
  }

  #chanceOf(link: Config['links'][number], way: Way): Chance {
    const level = this.#levels.get(link.name)
    return level === undefined ? { state: 'unknown' } : this.#forecast.chanceOf(keyOf(link.name, way), level)
  }

  #worst(link: Config['links'][number]): number | null {
    const known = ways.map((way) => numberOf(this.#chanceOf(link, way))).filter((chance) => chance !== null)
    return known.length === 0 ? null : Math.max(...known)
  }

  /** Of the step that ended before `now`; undefined for one that was missed. */
  #readings(now: number | undefined): ReadonlyMap<string, { readonly load: number; readonly level: number }> {
    const view = this.#parts.view()
    const { config, history } = view
    this.#levels = levelsOf(view)
    return new Map(
      config.links.flatMap((link) => {
        const series = now === undefined ? undefined : history.series(link.name, forecastStep, now)
        const level = this.#levels.get(link.name)!
        return ways.map((way) => [keyOf(link.name, way), { load: meanOf(series?.[way] ?? []), level }] as const)
      }),
    )
  }

  #save(): void {
    if (this.#running === undefined) return
    this.#unsaved = 0
    const kept: Kept = { step: this.#running - 1, forecast: this.#forecast.snapshot() }
    try {
      this.#parts.control.put(forecastKey, kept, this.#running * forecastStep)
    } catch (error) {
      this.#parts.report(`what is known of the loads of links could not be written down: ${String(error)}`)
    }
  }
}

const levelsOf = ({ config, capacityOf }: ForecastView): ReadonlyMap<string, number> =>
  new Map(config.links.map((link) => [link.name, congestedFrom * capacityOf(link)]))

const keyOf = (link: string, way: Way): string => `${link} ${way}`

function numberOf(chance: Chance): number | null {
  if (chance.state === 'known') return chance.chance
  return chance.state === 'reached' ? 1 : null
}

/** NaN where too little is known. */
function meanOf(rates: readonly (number | null)[]): number {
  const known = rates.filter((rate) => rate !== null)
  if (known.length === 0 || known.length < rates.length * leastKnown) return NaN
  return known.reduce((sum, rate) => sum + rate, 0) / known.length
}
