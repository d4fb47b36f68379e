/** Where a pledge may connect to: join proxies that it hears, each with what became of it (RFC 8995 §4.1). @module */
import type { PledgeLimits } from './limits.ts'

interface PlaceState {
  /** Milliseconds; Infinity for ever. */
  readonly expiresAt: number
  /** In a row. */
  readonly failures: number
  /** It is not tried again before. */
  readonly notBefore: number
}

/** By a name that only the host understands. */
export type Places = ReadonlyMap<string, PlaceState>

export function hearPlace(places: Places, place: string, expiresAt: number, { places: most }: PledgeLimits): Places {
  const before = places.get(place)
  const heard = new Map(places).set(place, { failures: 0, notBefore: -Infinity, ...before, expiresAt })
  if (heard.size <= most) return heard
  const [[first] = ['']] = [...heard]
    .filter(([name]) => name !== place)
    .toSorted(([, a], [, b]) => a.expiresAt - b.expiresAt)
  heard.delete(first)
  return heard
}

/** Without those that are over. */
export function validPlaces(places: Places, now: number): Places {
  const valid = [...places].filter(([, { expiresAt }]) => expiresAt > now)
  return valid.length === places.size ? places : new Map(valid)
}

/** An attempt failed: the next is later each time. */
export function failPlace(places: Places, place: string, now: number, limits: PledgeLimits): Places {
  const before = places.get(place)
  if (before === undefined) return places
  const failures = before.failures + 1
  const notBefore = now + Math.min(limits.backOffMostMs, limits.backOffMs * 2 ** Math.min(before.failures, 30))
  return new Map(places).set(place, { ...before, failures, notBefore })
}

/** It was of use: what was before is forgotten. */
export function praisePlace(places: Places, place: string): Places {
  const before = places.get(place)
  return before === undefined ? places : new Map(places).set(place, { ...before, failures: 0, notBefore: -Infinity })
}

/** The one to try next, of those that may be tried: `preferred`, else the one that failed least. */
export function nextPlace(places: Places, now: number, preferred: string | undefined): string | undefined {
  const ready = [...places].filter(([, { notBefore, expiresAt }]) => notBefore <= now && expiresAt > now)
  if (preferred !== undefined && ready.some(([place]) => place === preferred)) return preferred
  return ready.toSorted(([, a], [, b]) => a.failures - b.failures)[0]?.[0]
}

/** When one may be tried that may not yet; Infinity for never. */
export const nextTrial = (places: Places): number =>
  Math.min(...[...places.values()].map(({ notBefore, expiresAt }) => (notBefore < expiresAt ? notBefore : Infinity)))
