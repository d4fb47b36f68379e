/** Which refused connections are told: strangers can connect as often as they like. @module */
import { maxRefusedAddresses } from '../limits.ts'

/** Milliseconds between two events about one address. */
const between = 60_000

export class Refusals {
  /** By address, the one that was told longest ago first. */
  readonly #told = new Map<string, { readonly at: number; untold: number }>()

  /** One more from `address`: how many there were since the last event about it, or undefined where none is due. `now` in milliseconds. */
  add(address: string, now: number): number | undefined {
    const known = this.#told.get(address)
    if (known !== undefined && now - known.at < between) {
      known.untold++
      return undefined
    }
    if (known === undefined && !this.#hasRoom(now)) return undefined
    this.#told.delete(address)
    this.#told.set(address, { at: now, untold: 0 })
    return 1 + (known?.untold ?? 0)
  }

  #hasRoom(now: number): boolean {
    if (this.#told.size < maxRefusedAddresses) return true
    for (const [oldest, { at }] of this.#told) return now - at >= between && this.#told.delete(oldest)
    return true
  }
}
