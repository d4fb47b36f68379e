/**
 * The leases of lines in a file, written before the kernel is asked for anything: what an agent finds in the kernel after it
 * died is either in there, or to be removed.
 *
 * Times in it are of the clock that runs since the host was booted. So neither a clock that is set makes a lease longer, nor
 * one that is wrong after a boot: a boot ends all leases, as it ends what the kernel has.
 * @module
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { dirname } from 'node:path'
import { objectiveOf, valueOf } from '@vagus/grasp'
import {
  type Decline,
  type Lease,
  type Leases,
  type LineOffer,
  linePart,
  noLeases,
  planKey,
} from '@vagus/grasp/objectives'
import { textOf } from '../rounds.ts'

/** 1 had times since 1970. */
const version = 2

/** A clock that nobody sets. */
export interface BootClock {
  /** Of this boot of the host, and of no other. */
  readonly boot: string
  /** Milliseconds since then. */
  readonly up: () => number
}

export const bootClock = (): BootClock => ({
  boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  up: () => uptime() * 1000,
})

interface Written {
  readonly version: number
  readonly boot: string
  readonly leases: readonly {
    /** A value of Line.Part. */
    readonly offer: string
    readonly with: string
    readonly state: Lease<LineOffer>['state']
    /** Milliseconds since the boot. */
    readonly until: number
    readonly leaseEnd: number
  }[]
  /** Plans that are over, and what is answered to those who ask. */
  readonly over: readonly (readonly [string, Decline])[]
}

export class LineStore {
  readonly #path: string
  readonly #clock: BootClock

  constructor(path: string, clock: BootClock) {
    this.#path = path
    this.#clock = clock
  }

  /**
   * None where there is no file, or the host was booted since. @param now milliseconds since 1970
   * @throws {Error} where it cannot be read, or was not written by this program
   */
  read(now: number): Leases<LineOffer> {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noLeases
      throw error
    }
    try {
      const { version: found, boot, leases, over } = JSON.parse(text) as Written
      if (found !== version) throw new Error(`version ${String(found)}; must be ${version}`)
      if (boot !== this.#clock.boot) return noLeases
      const bootAt = now - this.#clock.up()
      const read = leases.map(({ offer: octets, until, leaseEnd, ...lease }): [string, Lease<LineOffer>] => {
        const value = Buffer.from(octets, 'base64')
        const offer = valueOf(linePart, { name: linePart.name, flags: 0, loopCount: 1, value })
        return [planKey(offer.planId), { ...lease, offer, until: until + bootAt, leaseEnd: leaseEnd + bootAt }]
      })
      return { byPlan: new Map(read), changes: new Map(), over: new Map(over) }
    } catch (cause) {
      throw new Error(`${this.#path} has no leases of lines: ${textOf(cause)}`, { cause })
    }
  }

  /** Whole or not at all, also when power fails. Plans that are only prepared are not written: nothing is set for them. */
  write({ byPlan, over }: Leases<LineOffer>, now: number): void {
    const bootAt = now - this.#clock.up()
    const leases = [...byPlan.values()].flatMap(({ offer, with: peer, state, until, leaseEnd }) =>
      leaseEnd === undefined
        ? []
        : [
            {
              offer: octetsOf(offer).toString('base64'),
              with: peer,
              state,
              until: until - bootAt,
              leaseEnd: leaseEnd - bootAt,
            },
          ],
    )
    const written: Written = { version, boot: this.#clock.boot, leases, over: [...over] }
    synced(openSync(`${this.#path}.new`, 'w', 0o600), (file) => writeFileSync(file, JSON.stringify(written)))
    renameSync(`${this.#path}.new`, this.#path)
    // The new name is in the folder, and that is on the disk only once it was told so.
    synced(openSync(dirname(this.#path), 'r'), () => undefined)
  }
}

function synced(file: number, work: (file: number) => void): void {
  try {
    work(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const octetsOf = (offer: LineOffer): Buffer => Buffer.from(objectiveOf(linePart, offer).value!)
