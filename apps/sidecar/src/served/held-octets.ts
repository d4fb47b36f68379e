/** How much of requests is held whole at once, until the local server has it: a peer decides how many it begins. Pure. @module */

/** Of all callers; at the limit a further octet ends its request with `limit`, and nothing of it was executed. */
const maxHeld = 256 * 1024 * 1024
/** Of one of them. */
const maxHeldOfOne = 64 * 1024 * 1024

export class HeldOctets {
  readonly #ofOne = new Map<string, number>()
  #all = 0

  /** `false`: there is no room for them. */
  add(caller: string, octets: number): boolean {
    const own = (this.#ofOne.get(caller) ?? 0) + octets
    if (own > maxHeldOfOne || this.#all + octets > maxHeld) return false
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
