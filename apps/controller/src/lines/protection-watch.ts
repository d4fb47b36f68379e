/** How the second paths of lines do, and when one is to be laid or given up. @module */
import { elementsOf, type LineNetwork } from '@vagus/line'
import { type KeptLine, protectingPath } from './line-book.ts'
import type { ProtectionTrouble } from './line-protection.ts'
import type { LineTroubles } from './line-troubles.ts'
import { LineWatch } from './line-watch.ts'
import type { PartAsker } from './part-asker.ts'

/** Milliseconds before it is tried again to lay one; twice as many each time that a router did not take its part. */
const retry = { least: 10_000, most: 320_000 } as const

/** How things are. */
export interface Surroundings {
  readonly network: LineNetwork
  readonly troubles: LineTroubles
  /** The link that has no room for the line any more. */
  readonly full: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

export class ProtectionWatch {
  readonly #watch = new LineWatch()
  /** When it was tried last, and for how long it then is not, by line. */
  readonly #tries = new Map<string, { readonly at: number; readonly wait: number }>()

  /** Forgets all others. */
  keepOnly(ids: ReadonlySet<string>): void {
    this.#watch.keepOnly(ids)
    for (const id of this.#tries.keys()) if (!ids.has(id)) this.#tries.delete(id)
  }

  /** Whether both ends can send into it; null: nobody has said yet, or there is none. */
  answers(line: KeptLine): boolean | null {
    return protectingPath(line) === undefined ? null : this.#watch.steered(line.id)
  }

  /** What speaks against it; undefined where all is well, or there is none. */
  trouble(line: KeptLine, { network, troubles, full, now }: Surroundings): ProtectionTrouble | undefined {
    const protecting = protectingPath(line)
    if (protecting === undefined) return undefined
    const avoided = elementsOf(protecting.path).find((name) => line.wish.avoid?.includes(name))
    if (avoided !== undefined) return { because: `${avoided} is to be avoided`, type: 'other' }
    if (full !== undefined && protecting.path.hops.some(({ link }) => link === full))
      return { because: `${full} carries less than its lines need`, type: 'other' }
    const trouble = troubles.of(protecting, network, now) ?? this.#watch.trouble(line.id, protecting.number, now)
    return trouble && { because: trouble.because, type: trouble.type === 'silent' ? 'silent' : 'other' }
  }

  /** Whether another try is to be made for a line that has none. */
  isTime({ id }: KeptLine, now: number): boolean {
    const { at, wait } = this.#tries.get(id) ?? { at: -Infinity, wait: retry.least }
    if (Math.abs(now - at) < wait) return false
    this.#tries.set(id, { at: now, wait })
    return true
  }

  /** What became of it. A router that declines, as an old one does for good, is asked less and less often. */
  tried(id: string, outcome: 'laid' | 'no path' | 'declined'): void {
    const known = this.#tries.get(id)
    if (known === undefined) return
    const wait = outcome === 'declined' ? Math.min(retry.most, known.wait * 2) : retry.least
    this.#tries.set(id, { ...known, wait })
  }

  /** Asks its routers, if it is time. */
  async step(line: KeptLine, asker: PartAsker, now: () => number): Promise<void> {
    const protecting = protectingPath(line)
    if (protecting !== undefined) await this.#watch.step(line.id, protecting, asker, now)
  }
}
