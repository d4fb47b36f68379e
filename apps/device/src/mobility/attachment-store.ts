/**
 * The attachments of this edge in a file, written before the router is told: after kill -9 the next agent announces them
 * again, without waiting for hosts to renew them. Times are of the clock that runs since the host was booted, as in
 * `line-store.ts`.
 * @module
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { formatAddress, parseAddress } from '@vagus/address'
import type { Attached } from '@vagus/mobility'
import type { BootClock } from '../lines/line-store.ts'
import { textOf } from '../rounds.ts'

const version = 1

type Written = Omit<Attached, 'nextHop' | 'interface'> & { readonly nextHop: string; readonly interface: string }

/** Interfaces by name: their indices may be others after a restart. */
interface Interfaces {
  readonly nameOf: (index: number) => string
  readonly indexOf: (name: string) => number | undefined
}

/** Beside the control socket. */
export const addressFile = (control: string): string => `${control.replace(/\.sock$/, '')}-addresses.json`

export class AttachmentStore {
  readonly #path: string
  readonly #clock: BootClock
  readonly #interfaces: Interfaces

  constructor(path: string, clock: BootClock, interfaces: Interfaces) {
    this.#path = path
    this.#clock = clock
    this.#interfaces = interfaces
  }

  /** Those of this boot, whose interfaces there are. @param now milliseconds of the steady clock @throws {Error} as to what is wrong */
  read(now: number): readonly Attached[] {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
    try {
      const read = JSON.parse(text) as { version: number; boot: string; attached: readonly Written[] }
      if (read.version !== version) throw new Error(`version ${String(read.version)}; must be ${version}`)
      if (read.boot !== this.#clock.boot) return []
      const bootAt = now - this.#clock.up()
      return read.attached.flatMap(({ nextHop, interface: name, since, until, ...rest }) => {
        const index = this.#interfaces.indexOf(name)
        if (index === undefined) return []
        return [
          { ...rest, nextHop: parseAddress(nextHop), interface: index, since: since + bootAt, until: until + bootAt },
        ]
      })
    } catch (cause) {
      throw new Error(`${this.#path} has no attachments: ${textOf(cause)}`, { cause })
    }
  }

  /** Whole or not at all. @throws {Error} of the system */
  write(attached: readonly Attached[], now: number): void {
    const bootAt = now - this.#clock.up()
    const all = attached.map(({ nextHop, interface: index, since, until, ...rest }): Written => ({
      ...rest,
      nextHop: formatAddress(nextHop),
      interface: this.#interfaces.nameOf(index),
      since: since - bootAt,
      until: until - bootAt,
    }))
    const file = openSync(`${this.#path}.new`, 'w', 0o600)
    try {
      writeFileSync(file, JSON.stringify({ version, boot: this.#clock.boot, attached: all }))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(`${this.#path}.new`, this.#path)
  }
}
