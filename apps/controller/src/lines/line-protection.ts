/**
 * The second path of a protected line (1:1 protection of RFC 4427 §3.4): it is held and steered into like the first, and has
 * nothing of it but its ends. These take it by themselves while the first does not answer; what is done here follows.
 * @module
 */
import { elementsOf, type LineWish } from '@vagus/line'
import type { EventDraft } from '../events/event-draft.ts'
import { type KeptLine, noteLine, protectingPath, usedPath } from './line-book.ts'
import { protectedEvent, switchedEvent, unprotectedEvent } from './line-events.ts'
import { layBest, type LayingParts } from './line-laying.ts'
import type { LinePaths } from './line-paths.ts'

export interface ProtectionParts extends LayingParts {
  readonly paths: LinePaths
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export class LineProtection {
  readonly #parts: ProtectionParts

  constructor(parts: ProtectionParts) {
    this.#parts = parts
  }

  /** As far as there is one: the line goes on without. @throws {StoreError} when the disk does not take it */
  async lay(id: string): Promise<void> {
    const { book, paths, tell } = this.#parts
    const line = book.find(id)!
    const { path, bitsPerSecond } = usedPath(line)!
    const wish = { ...line.wish, bitsPerSecond, between: path }
    const how = { bitsPerSecond, until: wish.end, standby: true }
    const laying = await layBest(this.#parts, id, wish, elementsOf(path), (one) => paths.lay(id, one, how))
    if (laying.type === 'failed') return this.#without(id, laying.problem)
    const { laid, unprotected: _, ...rest } = book.find(id)!
    const protection = laid.find(({ number }) => number === laying.number)!.path
    const protecting = laid.map((one) => (one.number === laying.number ? { ...one, use: 'protecting' as const } : one))
    tell(protectedEvent(this.#note({ ...rest, protection, laid: protecting })))
  }

  /** It is released. @param because undefined where none is wanted any more, or another is laid at once */
  async drop(id: string, because?: string): Promise<void> {
    const number = protectingPath(this.#parts.book.find(id)!)?.number
    const { protection: _, ...rest } = this.#parts.book.find(id)!
    this.#note(rest)
    if (number !== undefined) await this.#parts.paths.drop(id, number)
    if (because !== undefined) this.#without(id, because)
  }

  /** Whether the line can go over it, with nothing of what is to be avoided. */
  fits(line: KeptLine, wish: LineWish, avoid: readonly string[]): boolean {
    const protecting = protectingPath(line)
    if (protecting === undefined || protecting.bitsPerSecond !== wish.bitsPerSecond) return false
    const named = new Set(elementsOf(protecting.path))
    return ![...(wish.avoid ?? []), ...avoid].some((name) => named.has(name))
  }

  /** The line goes over it from now on, if not since before, and has no second path until another is laid. */
  async use(id: string, because: string, wish: LineWish): Promise<void> {
    const { book, paths, tell } = this.#parts
    const { protection: _, ...line } = book.find(id)!
    const { number, path } = protectingPath(line)!
    const before = usedPath(line)?.number
    const laid = line.laid.map((one) => {
      if (one.number === number) return { ...one, use: 'used' as const }
      return one.number === before ? { ...one, use: 'going' as const } : one
    })
    const said = `it went to the path that protected it: ${because}`
    const moved = this.#note({ ...line, wish, laid, path, state: 'active', because: said, moves: line.moves + 1 })
    tell(switchedEvent(moved, because))
    if (before !== undefined) await paths.drop(id, before)
  }

  /** People are told once. */
  #without(id: string, because: string): void {
    const line = this.#parts.book.find(id)!
    this.#note({ ...line, unprotected: because })
    if (line.unprotected === undefined) this.#parts.tell(unprotectedEvent(line, because))
  }

  #note(line: KeptLine): KeptLine {
    return noteLine(this.#parts, line)
  }
}
