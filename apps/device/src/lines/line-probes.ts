/** The probes of all paths that end here. @module */
import type { LineEnd, LineOffer } from '@vagus/grasp/objectives'
import { textOf } from '../rounds.ts'
import { PathProbe } from './path-probe.ts'
import { withAlternative } from './wanted.ts'

export interface LineProbesParts {
  /** The state of some path has changed. */
  readonly changed: (number: number) => void
  readonly report: (line: string) => void
}

export class LineProbes {
  readonly #parts: LineProbesParts
  /** By number of the path. */
  readonly #probes = new Map<number, PathProbe>()

  constructor(parts: LineProbesParts) {
    this.#parts = parts
  }

  /** One for each end that is in force, whose address is there by now; those of others end. */
  async follow(offers: readonly LineOffer[]): Promise<void> {
    const ends = new Map<number, LineEnd>()
    for (const { number, part } of offers)
      if (part?.type === 'hold' && part.end !== undefined) ends.set(number, part.end)
    for (const [number, probe] of this.#probes) {
      if (ends.has(number)) continue
      this.#probes.delete(number)
      probe.close()
    }
    for (const [number, end] of ends) if (!this.#probes.has(number)) await this.#begin(number, end)
    const keen = withAlternative(offers)
    for (const [number, probe] of this.#probes) probe.pace = keen.has(number) ? 'keen' : 'calm'
  }

  of(number: number): Pick<PathProbe, 'state' | 'figures'> | undefined {
    return this.#probes.get(number)
  }

  close(): void {
    for (const probe of this.#probes.values()) probe.close()
    this.#probes.clear()
  }

  /** A path without probes is steered into all the same: that the port is taken is no fault of the path. */
  async #begin(number: number, end: LineEnd): Promise<void> {
    try {
      this.#probes.set(number, await PathProbe.open(end, () => this.#parts.changed(number)))
    } catch (error) {
      this.#parts.report(`path ${number} is not probed: ${textOf(error)}`)
    }
  }
}
