/**
 * Which path data goes by. Active before standby; one that was suspected a short while ago after those that were not; the
 * cheaper; the one in use, because a change costs; the faster. A path that was announced to be left is used when no other
 * answers at all: a late acknowledgement on the new one must not lead back to it.
 * @module
 */
import type { Path } from './path.ts'

/** Milliseconds that a path which came back is not preferred, doubled each time it fails again within a minute. */
const firstHold = 500
const maxHold = 60_000

/** Until when a path that failed lately is not preferred. */
export function heldUntil(path: Path): number {
  return path.flaps === 0 ? -Infinity : path.suspectedAt + Math.min(firstHold * 2 ** (path.flaps - 1), maxHold)
}

/** The path for everything but bulk; `undefined`: there is none that may be used at all. */
export function choosePrimary(paths: Iterable<Path>, current: Path | undefined, now: number): Path | undefined {
  let best: Path | undefined
  for (const path of paths) {
    if (rank(path) === unusable) continue
    if (best === undefined || isBetter(path, best, current, now)) best = path
  }
  return best
}

/** Bulk goes by a reliable path that costs no more: large records, and the kernel's congestion control. */
export function chooseBulk(paths: Iterable<Path>, primary: Path | undefined): Path | undefined {
  if (primary === undefined || primary.isReliable) return primary
  for (const path of paths) {
    const fits = path.isReliable && path.state === 'alive' && path.status === primary.status
    if (fits && path.route.cost <= primary.route.cost) return path
  }
  return primary
}

/** Another path that is alive, for copies. */
export function chooseSecond(paths: Iterable<Path>, primary: Path | undefined): Path | undefined {
  let best: Path | undefined
  for (const path of paths) {
    if (path === primary || path.state !== 'alive') continue
    if (best === undefined || (path.rtt.smoothed ?? Infinity) < (best.rtt.smoothed ?? Infinity)) best = path
  }
  return best
}

const unusable = 9

/** By what is known of its life; lower is better. */
function rank({ state, leaving, status, validation }: Path): number {
  if (state === 'alive' && !leaving) return status === 'active' ? 0 : 1
  if (!validation.isProven) return unusable
  if (state === 'suspect') return leaving ? 4 : 2
  if (state === 'alive') return 3
  return state === 'dead' ? 5 : unusable
}

function isBetter(a: Path, b: Path, current: Path | undefined, now: number): boolean {
  if (rank(a) !== rank(b)) return rank(a) < rank(b)
  const held = Number(heldUntil(a) > now) - Number(heldUntil(b) > now)
  if (held !== 0) return held < 0
  if (a.route.cost !== b.route.cost) return a.route.cost < b.route.cost
  if (a === current || b === current) return a === current
  return (a.rtt.smoothed ?? Infinity) < (b.rtt.smoothed ?? Infinity)
}
