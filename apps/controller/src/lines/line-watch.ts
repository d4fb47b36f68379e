/** Asks the routers of lines how they do: what becomes minutes, and what a line must be moved for. @module */
import type { LineMinute } from '@vagus/api/lines'
import type { LineHold, LineMeasured } from '@vagus/grasp/objectives'
import { addReading, type Minutes, noMinutes, readingOf, wholeMinutes } from '@vagus/line'
import { timeText } from '../resources/windows.ts'
import type { LaidPath } from './line-book.ts'
import { type PartAsker, PartProblem } from './part-asker.ts'

/** Milliseconds between two questions about a line. */
const askEvery = 5000
/** For how long probes may be lost before the line is moved, milliseconds. */
const unsteeredFor = 5000

/** The one that runs, and the one before. */
const keptMinutes = 2

interface Watched {
  /** Of the path. */
  readonly number: number
  minutes: Minutes
  nextAt: number
  isAsking: boolean
  steered: boolean | null
  unsteeredSince: number | undefined
  /** Why a router has its part no more. */
  lost: string | undefined
  /** Why a router has less for it than was agreed on. */
  short: string | undefined
}

export class LineWatch {
  readonly #watched = new Map<string, Watched>()

  /** Forgets all others. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#watched.keys()) if (!ids.has(id)) this.#watched.delete(id)
  }

  /** False: an end sends past the line. Null: nobody has said yet. */
  steered(id: string): boolean | null {
    return this.#watched.get(id)?.steered ?? null
  }

  /** The minute that has begun. */
  current(id: string): LineMinute | undefined {
    const minutes = this.#watched.get(id)?.minutes
    return minutes && minutesIn(minutes, Infinity).at(-1)
  }

  /** Why the line must go over another path; `lost`: the same one would do, laid anew; else none of its links is to be trusted. */
  trouble(
    id: string,
    number: number,
    now: number,
  ): { readonly because: string; readonly type: 'lost' | 'short' | 'silent' } | undefined {
    const known = this.#watched.get(id)
    if (known === undefined || known.number !== number) return undefined
    if (known.lost !== undefined) return { because: known.lost, type: 'lost' }
    if (known.short !== undefined) return { because: known.short, type: 'short' }
    const since = known.unsteeredSince
    if (since === undefined || Math.abs(now - since) < unsteeredFor) return undefined
    return { because: 'its probes are lost', type: 'silent' }
  }

  /** Asks all routers of the path, if it is time. Returns the minute that is over, if one is. */
  async step(id: string, laid: LaidPath, asker: PartAsker, now: () => number): Promise<LineMinute | undefined> {
    const watched = this.#of(id, laid.number, now())
    const wait = watched.nextAt - now()
    if (watched.isAsking || (wait > 0 && wait <= askEvery)) return undefined
    watched.isAsking = true
    watched.nextAt = now() + askEvery
    const told = new Map<string, LineMeasured>()
    try {
      await Promise.all(
        laid.parts.map(async ({ place }) => {
          try {
            told.set(place.plan, await asker.measured(place))
          } catch (error) {
            if (!(error instanceof PartProblem)) throw error
            // One that is silent says nothing about its kernel, which goes on without it.
            if (error.code === 'STALE' || error.code === 'UNDONE') watched.lost = error.message
          }
        }),
      )
    } finally {
      watched.isAsking = false
    }
    if (watched !== this.#watched.get(id)) return undefined
    this.#hear(watched, laid, told, now())
    return this.#count(watched, laid, told, now())
  }

  /** The minute that is over with this reading, if one is. */
  #count(
    watched: Watched,
    { number, parts }: LaidPath,
    told: ReadonlyMap<string, LineMeasured>,
    now: number,
  ): LineMinute | undefined {
    const places = parts.map(({ place }) => place).filter(({ part }) => part.type === 'hold')
    const holds = places.map(({ part }) => part as LineHold)
    const said = places.map(({ plan }) => told.get(plan))
    const before = watched.minutes.last?.now ?? now
    const next = addReading(watched.minutes, readingOf(holds, said, { number, now }))
    watched.minutes = { ...next, all: next.all.slice(-keptMinutes) }
    const wasOver = minutesIn(next, before).length
    return minutesIn(next, now)[wasOver]
  }

  #hear(watched: Watched, laid: LaidPath, told: ReadonlyMap<string, LineMeasured>, now: number): void {
    const short = laid.parts.find(({ place }) => told.get(place.plan)?.problem !== undefined)?.place
    watched.short = short && `${short.device}: ${told.get(short.plan)!.problem!}`
    const steers = laid.parts.filter(({ place }) => place.part.type === 'steer')
    const said = steers.flatMap(({ place }) => told.get(place.plan)?.steered ?? [])
    if (said.length === 0) return
    watched.steered = said.every((one) => one)
    watched.unsteeredSince = watched.steered ? undefined : (watched.unsteeredSince ?? now)
  }

  /** A line over another path goes on with its minute. */
  #of(id: string, number: number, now: number): Watched {
    const known = this.#watched.get(id)
    if (known?.number === number) return known
    const minutes = known?.minutes ?? noMinutes
    const fresh = { steered: known?.steered ?? null, unsteeredSince: undefined, lost: undefined, short: undefined }
    const made: Watched = { number, minutes, nextAt: now, isAsking: false, ...fresh }
    this.#watched.set(id, made)
    return made
  }
}

/** Those that are over at `now`. */
const minutesIn = (minutes: Minutes, now: number): readonly LineMinute[] =>
  wholeMinutes(minutes, now).map(({ at, ...minute }) => ({ ...minute, at: timeText(at) }))
