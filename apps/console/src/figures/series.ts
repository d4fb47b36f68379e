/** Series over time as charts take them. Unknown entries are null and are ignored. @module */
import type { Window } from '@vagus/api'

/** Share of IPv6 in each step, 0..1; null where nothing flowed. Both series in bits per second, of equal length. */
export function sharesOf(ipv4: readonly number[], ipv6: readonly number[]): (number | null)[] {
  return ipv6.map((six, step) => {
    const sum = six + (ipv4[step] ?? 0)
    return sum > 0 ? six / sum : null
  })
}

/** Where lines of equal length run that stand on top of each other, the first one at the bottom. */
export function stackedOf(lines: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const below: number[] = []
  return lines.map((line) =>
    line.map((value, step) => (value === null ? null : (below[step] = (below[step] ?? 0) + value))),
  )
}

/** A graph of less than this says nothing, so that much of what is not known stays in front of what is. */
const shortestSeconds = 60

/**
 * The first step worth drawing: what is not known yet at the beginning is left out, as when the controller has just
 * begun and most of the window lies before it.
 */
export function firstStepOf(stepSeconds: number, ...series: readonly (readonly (number | null)[])[]): number {
  const length = Math.max(0, ...series.map((each) => each.length))
  const starts = series.map((each) => each.findIndex((value) => value !== null)).filter((start) => start >= 0)
  const least = length - Math.ceil(shortestSeconds / stepSeconds) - 1
  return starts.length === 0 ? 0 : Math.max(0, Math.min(least, ...starts))
}

/** The part of a window that is drawn when its first steps are left out. */
export function drawnWindowOf({ from, to }: Window, stepSeconds: number, firstStep: number): Window {
  const begin = Date.parse(from) + firstStep * stepSeconds * 1000
  return { from: new Date(begin).toISOString(), to, seconds: (Date.parse(to) - begin) / 1000 }
}

/**
 * What a time axis spans, both in seconds since 1970: a minute at least, up to the last point, or one point alone would
 * have years around it. `undefined` where there is no point.
 */
export function axisOf(from: number | null, to: number | null): [number, number] | undefined {
  return from === null || to === null ? undefined : [Math.min(from, to - shortestSeconds), to]
}

/** Start times of the steps of a series in seconds since 1970, as uPlot expects them. */
export function stepTimes(from: string, stepSeconds: number, length: number): number[] {
  const start = Date.parse(from) / 1000
  return Array.from({ length }, (_, step) => start + step * stepSeconds)
}
