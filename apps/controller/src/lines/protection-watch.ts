/** How the second paths of lines do, and when one is to be laid or given up. @module */
import type { LineNetwork } from '@vagus/line'
import { type KeptLine, protectingPath } from './line-book.ts'
import type { LineTroubles } from './line-troubles.ts'
import { LineWatch } from './line-watch.ts'
import type { PartAsker } from './part-asker.ts'

/** Milliseconds before it is tried again to lay one. */
const retryEvery = 10_000

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
  readonly #nextAt = new Map<string, number>()

  /** Forgets all others. */
  keepOnly(ids: ReadonlySet<string>): void {
    this.#watch.keepOnly(ids)
    for (const id of this.#nextAt.keys()) if (!ids.has(id)) this.#nextAt.delete(id)
  }

  /** Whether both ends can send into it; null: nobody has said yet, or there is none. */
  answers(line: KeptLine): boolean | null {
    return protectingPath(line) === undefined ? null : this.#watch.steered(line.id)
  }

  /** What speaks against it; undefined where all is well, or there is none. */
  trouble(line: KeptLine, { network, troubles, full, now }: Surroundings): string | undefined {
    const protecting = protectingPath(line)
    if (protecting === undefined) return undefined
    if (full !== undefined && protecting.path.hops.some(({ link }) => link === full))
      return `${full} carries less than its lines need`
    const trouble = troubles.of(protecting, network, now) ?? this.#watch.trouble(line.id, protecting.number, now)
    return trouble?.because
  }

  /** Whether another try is to be made for a line that has none. */
  isTime({ id }: KeptLine, now: number): boolean {
    const wait = (this.#nextAt.get(id) ?? now) - now
    if (wait > 0 && wait <= retryEvery) return false
    this.#nextAt.set(id, now + retryEvery)
    return true
  }

  /** Asks its routers, if it is time. */
  async step(line: KeptLine, asker: PartAsker, now: () => number): Promise<void> {
    const protecting = protectingPath(line)
    if (protecting !== undefined) await this.#watch.step(line.id, protecting, asker, now)
  }
}
