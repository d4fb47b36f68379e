/**
 * The leases of lines in a file, written before the kernel is asked for anything: what an agent finds in the kernel after it
 * died is either in there, or to be removed.
 * @module
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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

const version = 1

interface Written {
  readonly version: number
  readonly leases: readonly {
    /** A value of Line.Part. */
    readonly offer: string
    readonly with: string
    readonly state: Lease<LineOffer>['state']
    readonly until: number
    readonly leaseEnd: number
  }[]
  /** Plans that are over, and what is answered to those who ask. */
  readonly over: readonly (readonly [string, Decline])[]
}

export class LineStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** None where there is no file. @throws {Error} where it cannot be read, or was not written by this program */
  read(): Leases<LineOffer> {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noLeases
      throw error
    }
    try {
      const { version: found, leases, over } = JSON.parse(text) as Written
      if (found !== version) throw new Error(`version ${String(found)}; must be ${version}`)
      const read = leases.map(({ offer: octets, ...lease }): [string, Lease<LineOffer>] => {
        const value = Buffer.from(octets, 'base64')
        const offer = valueOf(linePart, { name: linePart.name, flags: 0, loopCount: 1, value })
        return [planKey(offer.planId), { ...lease, offer }]
      })
      return { byPlan: new Map(read), changes: new Map(), over: new Map(over) }
    } catch (cause) {
      throw new Error(`${this.#path} has no leases of lines: ${textOf(cause)}`, { cause })
    }
  }

  /** Whole or not at all, also when power fails. Plans that are only prepared are not written: nothing is set for them. */
  write({ byPlan, over }: Leases<LineOffer>): void {
    const leases = [...byPlan.values()].flatMap(({ offer, with: peer, state, until, leaseEnd }) =>
      leaseEnd === undefined ? [] : [{ offer: octetsOf(offer).toString('base64'), with: peer, state, until, leaseEnd }],
    )
    const written: Written = { version, leases, over: [...over] }
    const file = openSync(`${this.#path}.new`, 'w', 0o600)
    try {
      writeFileSync(file, JSON.stringify(written))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(`${this.#path}.new`, this.#path)
  }

  remove(): void {
    rmSync(this.#path, { force: true })
  }
}

const octetsOf = (offer: LineOffer): Buffer => Buffer.from(objectiveOf(linePart, offer).value!)

/** Beside the control socket: where the system's /run is lost at a reboot, the kernel's part of lines is lost, too. */
export const lineFile = (control: string): string => `${control.replace(/\.sock$/, '')}-lines.json`
