/**
 * The leases of lines in a file, written before the kernel is asked for anything: what an agent finds in the kernel after it
 * died is either in there, or to be removed.
 *
 * Times in it are of the clock that runs since the host was booted. So neither a clock that is set makes a lease longer, nor
 * one that is wrong after a boot: a boot ends all leases, as it ends what the kernel has.
 * @module
 */
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
import type { BootClock } from '../boot-clock.ts'
import { StateFile } from '../state-file.ts'

/** 1 had times since 1970. */
const version = 2

interface Written {
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
  readonly #file: StateFile<Written>
  readonly #clock: BootClock

  constructor(path: string, clock: BootClock) {
    this.#file = new StateFile({ path, what: 'leases of lines', version })
    this.#clock = clock
  }

  /**
   * None where there is no file, or the host was booted since. @param now milliseconds since 1970
   * @throws {Error} where it cannot be read, or was not written by this program
   */
  read(now: number): Leases<LineOffer> {
    const read = this.#file.read(({ boot, leases, over }) => {
      if (boot !== this.#clock.boot) return undefined
      const bootAt = now - this.#clock.up()
      const byPlan = leases.map(({ offer: octets, until, leaseEnd, ...lease }): [string, Lease<LineOffer>] => {
        const value = Buffer.from(octets, 'base64')
        const offer = valueOf(linePart, { name: linePart.name, flags: 0, loopCount: 1, value })
        return [planKey(offer.planId), { ...lease, offer, until: until + bootAt, leaseEnd: leaseEnd + bootAt }]
      })
      return { byPlan: new Map(byPlan), changes: new Map(), over: new Map(over) }
    })
    return read ?? noLeases
  }

  /** Plans that are only prepared are not written: nothing is set for them. @throws {Error} where the disk does not take it */
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
    this.#file.write({ boot: this.#clock.boot, leases, over: [...over] })
  }
}

const octetsOf = (offer: LineOffer): Buffer => Buffer.from(objectiveOf(linePart, offer).value!)
