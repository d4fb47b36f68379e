/** What became of a border in a stretch of time, and when its links lost no more, from the counters of their shapers. @module */
import type { BorderList } from '@vagus/api/steering'
import type { ShaperCounters, ShaperLog } from './shapers.ts'

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

interface LinkFigures {
  readonly link: string
  /** Bits per second, of Ethernet frames. */
  readonly capacity: number
  readonly mean: number
  /** Of the busiest second, more or less: of two readings that follow each other. */
  readonly peak: number
  /** Packets that got into the queue, per second. */
  readonly packetsPerSecond: number
  /** Packets that did not, as share of all that came. */
  readonly lost: number
}

/** Of all links together. */
export interface Stretch {
  /** Between the first and the last reading. */
  readonly seconds: number
  /** Packets that came to the queues, per second: of a stretch with fewer, less loss says little. */
  readonly offeredPerSecond: number
  /** 0..1 of these packets. */
  readonly lost: number
  readonly links: readonly LinkFigures[]
}

/** From this share on a second has loss; a queue of 50 ms drops some packets of a burst now and then. */
export const lossy = 0.01
/** Milliseconds without loss that make a relief. */
export const quiet = 3000

/** `capacities` in bits per second, by link. A link with fewer than two readings in the span counts as idle. */
export function stretchOf(log: ShaperLog, capacities: ReadonlyMap<string, number>, { from, to }: Span): Stretch {
  const own = [...capacities].map(([link, capacity]) => {
    const readings = (log.get(link) ?? []).filter(({ at }) => at >= from && at <= to)
    const steps = stepsOf(readings)
    const [first, last] = [readings[0], readings.at(-1)]
    const all = first === undefined || last === undefined ? nothing : difference(first, last)
    return { link, capacity, all, steps }
  })
  const sum = (of: (all: Step) => number): number => own.reduce((total, { all }) => total + of(all), 0)
  const seconds = Math.max(0, ...own.map(({ all }) => secondsOf(all)))
  const offered = sum(({ packets, dropped }) => packets + dropped)
  return {
    seconds: rounded(seconds, 1),
    offeredPerSecond: seconds === 0 ? 0 : Math.round(offered / seconds),
    lost: offered === 0 ? 0 : rounded(sum(({ dropped }) => dropped) / offered, 4),
    links: own.map(({ link, capacity, all, steps }) => ({
      link,
      capacity,
      mean: Math.round(bitsPerSecond(all)),
      peak: Math.round(Math.max(0, ...steps.map(bitsPerSecond))),
      packetsPerSecond: secondsOf(all) === 0 ? 0 : Math.round(all.packets / secondsOf(all)),
      lost: rounded(lostShare(all), 4),
    })),
  }
}

/** A link's readings over time. */
export interface LinkCourse {
  readonly link: string
  /** Bits per second. */
  readonly capacity: number
  /** Each step: its end in milliseconds, bits per second, and the share of packets that were lost. */
  readonly steps: readonly (readonly [at: number, bitsPerSecond: number, lost: number])[]
}

/** From `since` on, from where times are counted. */
export function courseOf(
  log: ShaperLog,
  capacities: ReadonlyMap<string, number>,
  since: number,
): readonly LinkCourse[] {
  return [...capacities].map(([link, capacity]) => {
    const steps = stepsOf((log.get(link) ?? []).filter(({ at }) => at >= since))
    const course = steps.map(
      (step) => [step.to - since, Math.round(bitsPerSecond(step)), rounded(lostShare(step), 4)] as const,
    )
    return { link, capacity, steps: course }
  })
}

/**
 * Milliseconds from `since` on until `quiet` began in which no link has loss; null when that did not happen before the
 * readings end.
 */
export function reliefAfter(log: ShaperLog, links: readonly string[], since: number): number | null {
  const readings = links.map((link) => (log.get(link) ?? []).filter(({ at }) => at >= since))
  const lossySteps = readings.flatMap(stepsOf).filter((step) => lostShare(step) >= lossy)
  const known = Math.min(...readings.map((own) => own.at(-1)?.at ?? since))
  let from = since
  for (const step of lossySteps.sort((one, other) => one.from - other.from)) {
    if (step.from >= from + quiet) break
    from = Math.max(from, step.to)
  }
  return known >= from + quiet ? from - since : null
}

/** A list of borders, and when it was read. */
export interface BorderSighting {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly list: BorderList
}

/** The first sighting at which a link carries `share` of its capacity, from `since` on; null without any. */
export function firstAbove(sightings: readonly BorderSighting[], share: number, since: number): number | null {
  const found = sightings.find(
    ({ at, list }) =>
      at >= since &&
      list.items.some(({ links }) => links.some(({ load, capacity }) => load !== null && load >= share * capacity)),
  )
  return found?.at ?? null
}

/** Thresholds of a border's links as they were read, where they changed; times from `since` on. */
export function thresholdsOf(
  sightings: readonly BorderSighting[],
  since: number,
): readonly { readonly at: number; readonly byLink: Readonly<Record<string, number>> }[] {
  const all = sightings
    .filter(({ at }) => at >= since)
    .map(({ at, list }) => {
      const links = list.items.flatMap((border) => border.links)
      return { at: at - since, byLink: Object.fromEntries(links.map(({ link, threshold }) => [link, threshold])) }
    })
  const textOf = ({ byLink }: (typeof all)[number]): string => JSON.stringify(byLink)
  return all.filter((one, at) => at === 0 || textOf(one) !== textOf(all[at - 1]!))
}

/** What happened between two readings. */
interface Step extends Span {
  readonly octets: number
  readonly packets: number
  readonly dropped: number
}

const nothing: Step = { from: 0, to: 0, octets: 0, packets: 0, dropped: 0 }

const difference = (first: ShaperCounters, last: ShaperCounters): Step => ({
  from: first.at,
  to: last.at,
  octets: last.octets - first.octets,
  packets: last.packets - first.packets,
  dropped: last.dropped - first.dropped,
})

const stepsOf = (readings: readonly ShaperCounters[]): Step[] =>
  readings.slice(1).map((reading, at) => difference(readings[at]!, reading))

const secondsOf = ({ from, to }: Step): number => (to - from) / 1000
const bitsPerSecond = (step: Step): number => (secondsOf(step) === 0 ? 0 : (step.octets * 8) / secondsOf(step))
const lostShare = ({ packets, dropped }: Step): number => (packets + dropped === 0 ? 0 : dropped / (packets + dropped))

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
