/** Load of each link over the last hour, one entry every five seconds. @module */

/** Bits per second; null where no counters tell. */
export interface LinkRate {
  readonly aToZ: number | null
  readonly zToA: number | null
}

/** Milliseconds. */
export const historyStep = 5000
/** An hour; older loads are read from the flow store. */
export const historyLength = 720

interface Track {
  /** Step that `at` of the ring was last written for. */
  newest: number
  readonly aToZ: Float64Array
  readonly zToA: Float64Array
}

export interface LoadSeries {
  /** Milliseconds since 1970 of the first step's beginning. */
  readonly from: number
  readonly aToZ: readonly (number | null)[]
  readonly zToA: readonly (number | null)[]
}

/** Rings of 12 kB a link. Links are as many as are configured. */
export class LoadHistory {
  readonly #tracks = new Map<string, Track>()

  /** The first reading of each step is taken; steps without one stay unknown. `now` in milliseconds since 1970. */
  add(link: string, { aToZ, zToA }: LinkRate, now: number): void {
    const step = Math.floor(now / historyStep)
    let track = this.#tracks.get(link)
    // After the clock was set back, entries from its future are stale.
    if (track === undefined || step < track.newest - 1) {
      const ring = (): Float64Array => new Float64Array(historyLength).fill(NaN)
      track = { newest: step - 1, aToZ: ring(), zToA: ring() }
      this.#tracks.set(link, track)
    }
    if (step <= track.newest) return
    for (let missed = Math.max(track.newest + 1, step - historyLength + 1); missed < step; missed++) {
      track.aToZ[missed % historyLength] = track.zToA[missed % historyLength] = NaN
    }
    track.aToZ[step % historyLength] = aToZ ?? NaN
    track.zToA[step % historyLength] = zToA ?? NaN
    track.newest = step
  }

  /** Forgets links of other names. */
  keepOnly(links: ReadonlySet<string>): void {
    for (const link of this.#tracks.keys()) if (!links.has(link)) this.#tracks.delete(link)
  }

  /** The last `window` milliseconds up to the last whole step; undefined when nothing of it is known. */
  series(link: string, window: number, now: number): LoadSeries | undefined {
    const track = this.#tracks.get(link)
    const steps = Math.min(Math.ceil(window / historyStep), historyLength)
    const last = Math.floor(now / historyStep) - 1
    const first = last - steps + 1
    const read = (ring: Float64Array): readonly (number | null)[] =>
      Array.from({ length: steps }, (_, index) => {
        const step = first + index
        const isKept = track !== undefined && step <= track.newest && step > track.newest - historyLength
        const value = isKept ? ring[step % historyLength]! : NaN
        return Number.isNaN(value) ? null : value
      })
    if (track === undefined) return undefined
    const series = { from: first * historyStep, aToZ: read(track.aToZ), zToA: read(track.zToA) }
    return [...series.aToZ, ...series.zToA].some((value) => value !== null) ? series : undefined
  }
}
