/**
 * Chooses the path for data. In order: active; not suspected lately; answered since another fell silent; cheaper; of
 * radios that sleep the one that takes fewer joules, if it is quick enough for what was sent lately;
 * datagrams (a lost one holds nothing up, and addresses may change under them); the one that was settled on (a change
 * costs), or is in use meanwhile; faster.
 * A path announced as leaving is used only if no other answers at all: a late acknowledgement on the new path must not
 * lead back to it.
 * @module
 */
import type { Path } from './path.ts'

/** Milliseconds for which a path that came back is not preferred; doubled each time it fails again within a minute. */
const firstHold = 500
const maxHold = 60_000

/** Until when a path that failed lately is not preferred. */
export function heldUntil(path: Path): number {
  return path.flaps === 0 ? -Infinity : path.suspectedAt + Math.min(firstHold * 2 ** (path.flaps - 1), maxHold)
}

export interface Situation {
  /** The path for data, as it was told last. */
  readonly settled: Path | undefined
  readonly current: Path | undefined
  /** When a path in use fell silent. */
  readonly doubtedAt: number
  /** How soon the most urgent content has to be there, milliseconds. */
  readonly budget: number
  readonly now: number
}

/** The path for everything but bulk; `undefined` if no path may be used at all. */
export function choosePrimary(paths: Iterable<Path>, situation: Situation): Path | undefined {
  let best: Path | undefined
  for (const path of paths) {
    if (rank(path) === unusable) continue
    if (best === undefined || isBetter(path, best, situation)) best = path
  }
  return best
}

/** Where no radio is to sleep, such as over a wire, there is nothing to save. */
const joulesOf = ({ route }: Path): number => route.radio?.joules ?? 0

/** A path that takes fewer joules than the primary one: what is tolerant goes by it. */
export function chooseThrifty(paths: Iterable<Path>, primary: Path | undefined, doubtedAt: number): Path | undefined {
  let best: Path | undefined
  if (primary?.route.radio?.joules === undefined) return undefined
  for (const path of paths) {
    const lives = path.state === 'alive' && path.answeredAt >= doubtedAt && !path.leaving
    const fits = lives && path.status === primary.status && path.route.cost <= primary.route.cost
    if (fits && joulesOf(path) < joulesOf(best ?? primary)) best = path
  }
  return best
}

/** Bulk goes by a reliable path that costs no more, for its large records and the kernel's congestion control. */
export function chooseBulk(paths: Iterable<Path>, primary: Path | undefined, doubtedAt: number): Path | undefined {
  if (primary === undefined || primary.isReliable) return primary
  for (const path of paths) {
    const lives = path.state === 'alive' && path.answeredAt >= doubtedAt
    const fits = path.isReliable && lives && path.status === primary.status
    if (fits && path.route.cost <= primary.route.cost) return path
  }
  return primary
}

/** Another live path for copies; one that stays, if possible. */
export function chooseSecond(
  paths: Iterable<Path>,
  primary: Path | undefined,
  isLeft: (path: Path) => boolean,
): Path | undefined {
  let best: Path | undefined
  for (const path of paths) {
    if (path === primary || path.state !== 'alive') continue
    const left = best === undefined ? 0 : Number(isLeft(path)) - Number(isLeft(best))
    if (best === undefined || left < 0 || (left === 0 && roundTrip(path) < roundTrip(best))) best = path
  }
  return best
}

const roundTrip = ({ rtt }: Path): number => rtt.smoothed ?? Infinity

const unusable = 9

/** Rank by liveness; lower is better. */
function rank({ state, leaving, status, validation }: Path): number {
  if (state === 'alive' && !leaving) return status === 'active' ? 0 : 1
  if (!validation.isProven) return unusable
  if (state === 'suspect') return leaving ? 4 : 2
  if (state === 'alive') return 3
  return state === 'dead' ? 5 : unusable
}

function isBetter(a: Path, b: Path, { settled, current, doubtedAt, budget, now }: Situation): boolean {
  if (rank(a) !== rank(b)) return rank(a) < rank(b)
  const held = Number(heldUntil(a) > now) - Number(heldUntil(b) > now)
  if (held !== 0) return held < 0
  const silent = Number(a.answeredAt < doubtedAt) - Number(b.answeredAt < doubtedAt)
  if (silent !== 0) return silent < 0
  if (a.route.cost !== b.route.cost) return a.route.cost < b.route.cost
  if (joulesOf(a) !== joulesOf(b)) {
    const late = Number(roundTrip(a) / 2 > budget) - Number(roundTrip(b) / 2 > budget)
    return late === 0 ? joulesOf(a) < joulesOf(b) : late < 0
  }
  if (a.isReliable !== b.isReliable) return b.isReliable
  for (const used of [settled, current]) if (a === used || b === used) return a === used
  return roundTrip(a) < roundTrip(b)
}
