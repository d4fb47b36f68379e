/** When leases of MEDs began at this device, over the last hour: what `movesPerHour` of intents counts, over restarts, too. @module */
import { readFileSync } from 'node:fs'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { textOf } from '../rounds.ts'

const hourMs = 3_600_000
/** As many as an intent can allow, and more than a router takes. The oldest is forgotten. */
const maxMoves = 1024

export class MoveLedger {
  readonly #path: string
  readonly #report: (line: string) => void
  #moves: readonly number[]

  constructor(path: string, report: (line: string) => void) {
    this.#path = path
    this.#report = report
    this.#moves = this.#read()
  }

  /** Within the hour before `now`. What seems to be later was before the clock was set back, and counts. */
  count(now: number): number {
    return this.#moves.filter((at) => now - at < hourMs).length
  }

  /** Where it cannot be written down, a restart may not know of it; that is said. */
  add(now: number): void {
    this.#moves = [...this.#moves.filter((at) => now - at < hourMs), now].slice(-maxMoves)
    try {
      writeFileWhole(this.#path, `${JSON.stringify(this.#moves)}\n`, 0o600)
    } catch (error) {
      this.#report(`that a lease began is not written down: ${textOf(error)}`)
    }
  }

  #read(): readonly number[] {
    try {
      const read: unknown = JSON.parse(readFileSync(this.#path, 'utf8'))
      if (Array.isArray(read) && read.every((at) => Number.isFinite(at))) return (read as number[]).slice(-maxMoves)
      this.#report(`${this.#path} has no times of leases; it is begun anew`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#report(`when leases began is not known: ${textOf(error)}`)
    }
    return []
  }
}
