/** Tells peers at which addresses this agent is reached now: they need the new ones when they have moved themselves. @module */
import { clock } from './clock.ts'
import type { OwnGreeting } from './own-greeting.ts'

/** Milliseconds between changes that peers are told: some interfaces come and go all the time. */
const greetEvery = 1000

export class Greeter {
  readonly #own: OwnGreeting
  readonly #links: () => Iterable<{ greet(): void }>
  #again: NodeJS.Timeout | undefined

  constructor(own: OwnGreeting, links: () => Iterable<{ greet(): void }>) {
    this.#own = own
    this.#links = links
  }

  get greeting(): Uint8Array {
    return this.#own.at(clock())
  }

  /** The next one is made anew. */
  renew(): void {
    this.#own.changed()
  }

  /** Peers are told at once, and of what changes in the next second together. */
  addressesChanged(): void {
    this.renew()
    if (this.#again !== undefined) return
    this.#greetAll()
    this.#again = setTimeout(() => {
      this.#again = undefined
      this.#greetAll()
    }, greetEvery).unref()
  }

  close(): void {
    clearTimeout(this.#again)
  }

  #greetAll(): void {
    for (const link of this.#links()) link.greet()
  }
}
