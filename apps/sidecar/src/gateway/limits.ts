/**
 * How much of the gateway one caller gets: requests at once, streams among them, and how many begin in a second. Pure: time comes
 * in with the call.
 * @module
 */

export interface CallerLimits {
  /** Requests that are not answered to their end, streams included. */
  readonly atOnce: number
  /** Streams among them. */
  readonly streams: number
  /** Requests a second, on average; ten seconds' worth may come at once. */
  readonly rate: number
}

/**
 * Callers that are remembered. A further one takes the place of the one that asked longest ago and has nothing under way, and
 * where there is none it waits its turn.
 */
const maxCallers = 10_000
const burstSeconds = 10

export interface Begun {
  /** Whether one more stream may be among them; it counts until `end`. @returns `false`: not now */
  stream(): boolean
  end(): void
}

interface Caller {
  open: number
  streams: number
  /** Requests that may begin at `at`. */
  left: number
  at: number
}

export class Limits {
  readonly #limits: CallerLimits
  readonly #most: number
  /** In the order in which they asked. */
  readonly #callers = new Map<string, Caller>()
  #open = 0

  constructor(limits: CallerLimits, most = maxCallers) {
    this.#limits = limits
    this.#most = most
  }

  /** Requests under way, of all callers. */
  get open(): number {
    return this.#open
  }

  /** @param now milliseconds, of any clock that only goes forward @returns seconds after which to try again, or the request */
  begin(key: string, now: number): Begun | { readonly retryAfter: number } {
    const { atOnce, rate } = this.#limits
    const caller = this.#caller(key, now)
    if (caller === undefined || caller.open >= atOnce) return { retryAfter: 1 }
    const most = rate * burstSeconds
    caller.left = Math.min(most, caller.left + ((now - caller.at) / 1000) * rate)
    caller.at = now
    if (caller.left < 1) return { retryAfter: Math.ceil((1 - caller.left) / rate) }
    caller.left--
    caller.open++
    this.#open++
    return this.#begun(caller)
  }

  #begun(caller: Caller): Begun {
    let isOpen = true
    let isStream = false
    return {
      stream: () => {
        if (isStream) return true
        if (!isOpen || caller.streams >= this.#limits.streams) return false
        caller.streams++
        return (isStream = true)
      },
      end: () => {
        if (!isOpen) return
        isOpen = false
        caller.open--
        this.#open--
        if (isStream) caller.streams--
      },
    }
  }

  #caller(key: string, now: number): Caller | undefined {
    const known = this.#callers.get(key)
    if (known !== undefined) {
      this.#callers.delete(key)
      this.#callers.set(key, known)
      return known
    }
    if (this.#callers.size >= this.#most) {
      const idle = this.#callers.entries().find(([, { open }]) => open === 0)?.[0]
      if (idle === undefined) return undefined
      this.#callers.delete(idle)
    }
    const made = { open: 0, streams: 0, left: this.#limits.rate * burstSeconds, at: now }
    this.#callers.set(key, made)
    return made
  }
}
