/**
 * Lines of a controller whose configuration has no `lines` any more: they are over, and routers are asked until they have let
 * go of their parts.
 * @module
 */
import type { LineNetwork } from '@vagus/line'
import type { EventDraft } from '../events/event-draft.ts'
import { isOver, type LineBook } from './line-book.ts'
import { releasedEvent } from './line-events.ts'
import { LinePaths } from './line-paths.ts'
import type { PartAsker } from './part-asker.ts'

export interface FormerLinesParts {
  readonly book: LineBook
  /** Undefined where the configuration has no `agent`: then parts end with their leases. */
  readonly asker: () => PartAsker | undefined
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Nothing is laid any more. */
const nowhere: LineNetwork = { nodes: [], links: [], attachments: [], block: '', share: 0 }

export class FormerLines {
  readonly #parts: FormerLinesParts
  readonly #paths: LinePaths

  constructor(parts: FormerLinesParts) {
    const { book, tell, report, now } = parts
    this.#parts = parts
    this.#paths = new LinePaths({ ...parts, network: () => nowhere, agentOf: () => undefined, newPlan: () => '' })
    for (const line of book.all) {
      const taken = this.#paths.takeUp(line, 'none')
      const over = { state: 'released', since: now(), because: 'vagus.yaml has no "lines" any more' } as const
      const next = isOver(line) ? taken : { ...taken, ...over }
      const problem = book.note(next)
      if (problem !== undefined) report(`${line.id} could not be written down: ${problem}`)
      if (!isOver(line)) tell(releasedEvent(next, undefined))
    }
  }

  /** What is due; to be called once a second. */
  async step(): Promise<void> {
    this.#parts.book.clean(this.#parts.now())
    await this.#paths.step()
  }
}

/** Makes a step once a second, until what is returned is called. */
export function openFormerLines(parts: Omit<FormerLinesParts, 'now'>): () => void {
  const former = new FormerLines({ ...parts, now: Date.now })
  const clock = setInterval(() => {
    former.step().catch((error: unknown) => parts.report(`lines: ${String(error)}`))
  }, 1000)
  return () => clearInterval(clock)
}
