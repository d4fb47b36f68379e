/**
 * The attachments of this edge in a file, written before the router is told: after kill -9 the next agent announces them
 * again, without waiting for hosts to renew them. Times are of the clock that runs since the host was booted, as in
 * `lines/line-store.ts`.
 * @module
 */
import { formatAddress, parseAddress } from '@vagus/address'
import type { Attached } from '@vagus/mobility'
import type { BootClock } from '../boot-clock.ts'
import { StateFile } from '../state-file.ts'

type WrittenOne = Omit<Attached, 'nextHop' | 'interface'> & { readonly nextHop: string; readonly interface: string }

interface Written {
  readonly boot: string
  readonly attached: readonly WrittenOne[]
}

/** Interfaces by name: their indices may be others after a restart. */
interface Interfaces {
  readonly nameOf: (index: number) => string
  readonly indexOf: (name: string) => number | undefined
}

export class AttachmentStore {
  readonly #file: StateFile<Written>
  readonly #clock: BootClock
  readonly #interfaces: Interfaces

  constructor(path: string, clock: BootClock, interfaces: Interfaces) {
    this.#file = new StateFile({ path, what: 'attachments', version: 1 })
    this.#clock = clock
    this.#interfaces = interfaces
  }

  /** Those of this boot, whose interfaces there are. @param now milliseconds of the steady clock @throws {Error} as to what is wrong */
  read(now: number): readonly Attached[] {
    const read = this.#file.read(({ boot, attached }) => {
      if (boot !== this.#clock.boot) return []
      const bootAt = now - this.#clock.up()
      return attached.flatMap(({ nextHop, interface: name, since, until, ...rest }): readonly Attached[] => {
        const index = this.#interfaces.indexOf(name)
        if (index === undefined) return []
        return [
          { ...rest, nextHop: parseAddress(nextHop), interface: index, since: since + bootAt, until: until + bootAt },
        ]
      })
    })
    return read ?? []
  }

  /** @throws {Error} where the disk does not take it */
  write(attached: readonly Attached[], now: number): void {
    const bootAt = now - this.#clock.up()
    const all = attached.map(({ nextHop, interface: index, since, until, ...rest }): WrittenOne => ({
      ...rest,
      nextHop: formatAddress(nextHop),
      interface: this.#interfaces.nameOf(index),
      since: since - bootAt,
      until: until - bootAt,
    }))
    this.#file.write({ boot: this.#clock.boot, attached: all })
  }
}
