/**
 * When each router is asked: spread over the interval, so that many are no burst; those that do not answer less and less
 * often, and never so many at once that others wait for them. Pure.
 * @module
 */

/** Routers that are asked at once, each with a socket. */
export const maxAtOnce = 64
/** Of them, those that did not answer the last time: each takes as long as its timeout allows. */
export const maxSilentAtOnce = 16
/** Between the first questions to two routers, at most; milliseconds. */
const maxGap = 200
/** A router that does not answer is asked at least so often, milliseconds. */
const maxPause = 300_000
/** Rounds that may fail before it is asked less often: a packet is lost now and then. */
const patience = 2

interface Turn {
  every: number
  /** Milliseconds since 1970. */
  dueAt: number
  failures: number
  isBusy: boolean
}

export class PollSchedule {
  readonly #turns = new Map<string, Turn>()

  /** Those that stay keep their time; new ones begin now, one after the other. */
  set(routers: readonly { readonly device: string; readonly every: number }[], now: number): void {
    const names = new Set(routers.map(({ device }) => device))
    for (const name of this.#turns.keys()) if (!names.has(name)) this.#turns.delete(name)
    for (const [at, { device, every }] of routers.entries()) {
      const turn = this.#turns.get(device)
      if (turn?.every === every) continue
      const dueAt = now + at * Math.min(maxGap, every / routers.length)
      if (turn === undefined) this.#turns.set(device, { every, dueAt, failures: 0, isBusy: false })
      else Object.assign(turn, { every, dueAt })
    }
  }

  /** Whose turn it is, the one that waited longest first; each is busy until `done`. */
  take(now: number): readonly string[] {
    const busy = [...this.#turns.values()].filter(({ isBusy }) => isBusy)
    let free = maxAtOnce - busy.length
    let freeForSilent = maxSilentAtOnce - busy.filter(({ failures }) => failures > 0).length
    const due = [...this.#turns].filter(([, turn]) => !turn.isBusy && turn.dueAt <= now)
    const taken: string[] = []
    for (const [device, turn] of due.toSorted(([, a], [, b]) => a.dueAt - b.dueAt)) {
      const isSilent = turn.failures > 0
      if (free === 0 || (isSilent && freeForSilent === 0)) continue
      free--
      if (isSilent) freeForSilent--
      turn.isBusy = true
      taken.push(device)
    }
    return taken
  }

  /** A router that was taken out meanwhile is passed over. */
  done(device: string, outcome: 'answered' | 'failed', now: number): void {
    const turn = this.#turns.get(device)
    if (turn === undefined) return
    turn.isBusy = false
    turn.failures = outcome === 'answered' ? 0 : turn.failures + 1
    const steps = 2 ** Math.min(10, Math.max(0, turn.failures - patience + 1))
    const pause = turn.failures < patience ? turn.every : Math.max(turn.every, Math.min(maxPause, turn.every * steps))
    // At its own place in the interval again, also after a round that took longer.
    const late = Math.max(0, now - turn.dueAt)
    turn.dueAt += late < pause ? pause : Math.ceil(late / turn.every) * turn.every
    // The clock was set back.
    if (turn.dueAt > now + 2 * pause) turn.dueAt = now + pause
  }

  /** Failed rounds in a row. */
  failuresOf(device: string): number {
    return this.#turns.get(device)?.failures ?? 0
  }
}
