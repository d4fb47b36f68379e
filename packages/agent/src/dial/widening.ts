/**
 * When to open further paths of a link: shortly after it started, and only if it still exists, since many links serve
 * only one request; then from time to time while its data does not go by UDP, which a network may let through by then.
 * @module
 */
import type { EndpointUri } from '@vagus/transport'
import { TurnoverMap } from '@vagus/wire'
import type { Link } from '../link/link.ts'
import { usualWait } from '../handshake/outgoing-handshake.ts'

/** Minimum age of the link in milliseconds; more if answers take longer. */
const widenAfter = 50
/** Milliseconds until UDP is tried again, doubled with each try: where it never gets through, that must cost nothing. */
const firstPause = 60_000
const maxPause = 16 * firstPause

export class Widening {
  readonly #widen: (link: Link) => void
  readonly #addressesOf: (link: Link) => readonly EndpointUri[]
  /** By the serial numbers of links. */
  readonly #timers = new TurnoverMap<number, NodeJS.Timeout>()

  /** @param addressesOf where the other side may be reached directly */
  constructor(widen: (link: Link) => void, addressesOf: (link: Link) => readonly EndpointUri[]) {
    this.#widen = widen
    this.#addressesOf = addressesOf
  }

  begun(link: Link): void {
    this.#in(Math.max(widenAfter, 3 * usualWait()), link, () => {
      this.#widen(link)
      this.#lookAgain(link, firstPause)
    })
  }

  /** Clears the timer, which would keep the link in memory. */
  over(link: Link): void {
    clearTimeout(this.#timers.get(link.serial))
    this.#timers.delete(link.serial)
  }

  #lookAgain(link: Link, pause: number): void {
    this.#in(pause, link, () => {
      const lacks = this.#lacksDatagrams(link)
      if (lacks) this.#widen(link)
      this.#lookAgain(link, lacks ? Math.min(2 * pause, maxPause) : firstPause)
    })
  }

  #lacksDatagrams(link: Link): boolean {
    const primary = link.paths().find((path) => path.primary)
    if (primary?.kind === 'udp') return false
    return primary?.kind === 'relay' || this.#addressesOf(link).some(({ kind }) => kind === 'udp')
  }

  #in(milliseconds: number, link: Link, look: () => void): void {
    this.#timers.set(link.serial, setTimeout(look, milliseconds).unref())
  }
}
