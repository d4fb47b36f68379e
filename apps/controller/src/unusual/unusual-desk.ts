/**
 * Holds what is measured against its own past, once a step, and tells what is unlike itself: at once where nothing can explain
 * it, else as soon as flows say what accounts for it, or after half a minute. What is known is kept over restarts.
 * @module
 */
import {
  type BookState,
  type Change,
  type Composition,
  type Episode,
  EpisodeBook,
  explain,
  type Told,
  UnusualSeries,
  type UnusualSnapshot,
} from '@vagus/analytics'
import type { UnusualList } from '@vagus/api/unusual'
import type { ControlStore } from '@vagus/store'
import type { EventDraft } from '../events/event-draft.ts'
import { CompositionPast } from './composition-past.ts'
import { SeriesReader, type StepReading, type Subject } from './series-reading.ts'
import { beganDraft, endedDraft, grewDraft, mainOf } from './unusual-events.ts'
import { unusualListOf } from './unusual-resource.ts'

/** Milliseconds. */
const saveEvery = 3_600_000
/** Flows come after their packets: so long an explanation is looked for, so often. */
const explaining = { most: 30_000, every: 2000 } as const
const dayMs = 86_400_000
const keys = { series: 'unusual/series', episodes: 'unusual/episodes' } as const

export interface UnusualParts {
  readonly stepMs: number
  /** What was measured in the step that just ended; undefined before the collector reported. */
  readonly read: (seconds: number) => Promise<(StepReading & { readonly coverage: number | null }) | undefined>
  readonly compose: (seconds: number) => Promise<Composition>
  readonly control: Pick<ControlStore, 'get' | 'put'>
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

interface KeptSeries extends UnusualSnapshot {
  /** Number of the last step since 1970. */
  readonly step: number
}

interface Pending {
  readonly until: number
  readonly asked: number
}

export class UnusualDesk {
  readonly #parts: UnusualParts
  readonly #series: UnusualSeries
  readonly #book: EpisodeBook
  readonly #reader: SeriesReader
  readonly #past = new CompositionPast()
  readonly #subjects = new Map<string, Subject>()
  /** Of episodes, as they were told; forgotten with them. */
  readonly #coverage = new Map<number, number | null>()
  /** Episodes that are to be told. */
  readonly #pending = new Map<number, Pending>()
  #running: number | undefined
  #isBusy = false
  #savedAt: number | undefined

  constructor(parts: UnusualParts) {
    const { stepMs, control } = parts
    this.#parts = parts
    const kept = control.get(keys.series)?.value as KeptSeries | undefined
    const isOurs = kept?.stepsPerDay === dayMs / stepMs
    this.#series = new UnusualSeries(dayMs / stepMs, isOurs ? kept : undefined)
    this.#reader = new SeriesReader(isOurs ? Object.keys(kept.series) : [])
    this.#book = new EpisodeBook(control.get(keys.episodes)?.value as BookState | undefined)
    if (isOurs && Number.isInteger(kept.step)) this.#running = kept.step + 1
  }

  /** To be called once a second. */
  async tick(now: number): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      const running = Math.floor(now / this.#parts.stepMs)
      if (running !== this.#running) await this.#step(running, now)
      if (this.#pending.size > 0) await this.#explain(now)
    } catch (error) {
      this.#parts.report(`what is unusual could not be found out: ${(error as Error).message}`)
    } finally {
      this.#isBusy = false
    }
  }

  stop(): void {
    this.#save()
  }

  list(last: number, now: number): UnusualList {
    return unusualListOf({
      episodes: this.#book.all,
      coverageOf: (id) => this.#coverage.get(id) ?? null,
      series: this.#series.counts,
      stepMs: this.#parts.stepMs,
      last,
      now,
    })
  }

  async #step(running: number, now: number): Promise<void> {
    const { stepMs, read } = this.#parts
    const before = this.#running
    this.#running = running
    // The first moment after a start is in no step that was heard to its end.
    if (before === undefined) return this.#tellAll(this.#book.abandon(now), now)
    if (this.#savedAt === undefined) {
      this.#savedAt = now
      this.#tellAll(this.#book.abandon(now), now)
    }
    if (running < before) return // the clock was set back
    const longest = Math.ceil(dayMs / stepMs / 12) + 2
    for (let step = Math.max(before, running - 1 - longest); step < running - 1; step++)
      this.#judge(new Map(), step * stepMs, now, null)
    const at = (running - 1) * stepMs
    const reading = await read(windowSeconds(stepMs)).catch((error: unknown) => {
      this.#judge(new Map(), at, now, null)
      throw error
    })
    if (reading === undefined) return this.#judge(new Map(), at, now, null)
    this.#judge(this.#reader.read(reading), at, now, reading.coverage)
    this.#past.add(at, reading.composition)
    if (Math.abs(now - this.#savedAt) >= saveEvery) this.#save(now)
  }

  /** A step in which nothing was read is one, too: after many the level is not what it was. */
  #judge(subjects: ReadonlyMap<string, Subject>, at: number, now: number, coverage: number | null): void {
    for (const [key, subject] of subjects) this.#subjects.set(key, subject)
    const outcomes = this.#series.step(new Map([...subjects].map(([key, one]) => [key, one.reading])), at)
    const told = this.#book.step(outcomes, (key) => this.#subjects.get(key), at, this.#parts.stepMs)
    for (const key of this.#subjects.keys()) if (!outcomes.has(key)) this.#subjects.delete(key)
    for (const { what, episode } of told) if (what === 'began') this.#coverage.set(episode.id, coverage)
    this.#tellAll(told, now)
  }

  #tellAll(all: readonly Told[], now: number): void {
    for (const { what, episode } of all) {
      if (what === 'began' && amountOf(episode) !== undefined) {
        this.#pending.set(episode.id, { until: now + explaining.most, asked: -Infinity })
      } else if (what === 'began') this.#parts.tell(beganDraft(episode))
      else if (what === 'grew') {
        if (!this.#pending.has(episode.id)) this.#parts.tell(grewDraft(episode))
      } else {
        // Over before it was told: both, so that nobody wonders what ended.
        if (this.#pending.delete(episode.id)) this.#parts.tell(beganDraft(episode))
        this.#parts.tell(endedDraft(episode))
      }
    }
    const known = new Set(this.#book.all.map(({ id }) => id))
    for (const id of this.#coverage.keys()) if (!known.has(id)) this.#coverage.delete(id)
    if (all.length > 0) this.#keep(keys.episodes, this.#book.state, now)
  }

  /** Tells those that are explained by now, or that have waited long enough. */
  async #explain(now: number): Promise<void> {
    const due = [...this.#pending].filter(([, { asked }]) => Math.abs(now - asked) >= explaining.every)
    if (due.length === 0) return
    // What nobody can explain is told all the same.
    const composition = await this.#parts.compose(windowSeconds(this.#parts.stepMs)).catch(() => undefined)
    for (const [id, { until }] of due) {
      const episode = this.#book.all.find((one) => one.id === id)
      if (episode === undefined) {
        this.#pending.delete(id)
        continue
      }
      const before = this.#past.before(episode.since)
      const change = composition && changeOf(episode, before, composition)
      const explained = change === undefined || composition === undefined ? [] : explain(before, composition, change)
      // Without a before there is nothing to wait for.
      // A clock that was set back must not make anybody wait for longer.
      const isEarly = now < until && until - now <= explaining.most
      if (explained.length === 0 && before.length > 0 && isEarly) {
        this.#pending.set(id, { until, asked: now })
        continue
      }
      this.#pending.delete(id)
      this.#parts.tell(beganDraft(this.#book.explain(id, explained) ?? episode))
      this.#keep(keys.episodes, this.#book.state, now)
    }
  }

  #save(now = Date.now()): void {
    if (this.#running === undefined) return
    this.#savedAt = now
    this.#keep(keys.series, { ...this.#series.snapshot(), step: this.#running - 1 } satisfies KeptSeries, now)
  }

  #keep(key: string, value: object, now: number): void {
    try {
      this.#parts.control.put(key, value, now)
    } catch (error) {
      this.#parts.report(`what is known of unusual traffic could not be written down: ${String(error)}`)
    }
  }
}

/** The live window knows no shorter and no longer ones. */
const windowSeconds = (stepMs: number): number => Math.max(5, Math.min(300, stepMs / 1000))

/** In what flows can say what accounts for it; undefined where they cannot. */
function amountOf(episode: Episode): Change['amount'] | undefined {
  const { kind } = mainOf(episode)
  if (kind === 'pair' || kind === 'link') return 'bitsPerSecond'
  return kind === 'flows' || kind === 'sources' || kind === 'destinations' || kind === 'export'
    ? 'flowsPerSecond'
    : undefined
}

/** Addresses have no sizes that flows could be held against: of a scan it is how many more flows there are. */
function changeOf(episode: Episode, before: readonly Composition[], now: Composition): Change | undefined {
  const amount = amountOf(episode)
  const { way, expected, peak } = mainOf(episode)
  if (amount === undefined || before.length === 0) return undefined
  if (amount === 'bitsPerSecond') return { way, amount, size: Math.abs(peak - expected) }
  const past = before.reduce((sum, { flowsPerSecond }) => sum + flowsPerSecond / before.length, 0)
  return { way, amount, size: way === 'up' ? now.flowsPerSecond - past : past - now.flowsPerSecond }
}
