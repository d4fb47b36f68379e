/** How much of requests is held whole at once: others decide how many they begin. Pure. @module */

/** Octets; at the limit a further one ends its request with `limit`, and nothing of it was executed. */
interface HeldLimits {
  readonly ofAll: number
  readonly ofOneCaller: number
}

export class HeldOctets {
  readonly #limits: HeldLimits
  readonly #ofOne = new Map<string, number>()
  #all = 0

  constructor(limits: HeldLimits) {
    this.#limits = limits
  }

  /** `false`: there is no room for them. */
  add(caller: string, octets: number): boolean {
    const own = (this.#ofOne.get(caller) ?? 0) + octets
    if (own > this.#limits.ofOneCaller || this.#all + octets > this.#limits.ofAll) return false
    this.#ofOne.set(caller, own)
    this.#all += octets
    return true
  }

  release(caller: string, octets: number): void {
    const own = (this.#ofOne.get(caller) ?? 0) - octets
    if (own > 0) this.#ofOne.set(caller, own)
    else this.#ofOne.delete(caller)
    this.#all -= octets
  }
}

/** What one request holds of it. */
export class HeldRequest {
  readonly #held: HeldOctets
  readonly #caller: string
  #octets = 0

  constructor(held: HeldOctets, caller: string) {
    this.#held = held
    this.#caller = caller
  }

  get octets(): number {
    return this.#octets
  }

  /** `false`: there is no room for them. */
  add(octets: number): boolean {
    if (!this.#held.add(this.#caller, octets)) return false
    this.#octets += octets
    return true
  }

  /** All of it; also where it was released before. */
  release(): void {
    this.#held.release(this.#caller, this.#octets)
    this.#octets = 0
  }
}
