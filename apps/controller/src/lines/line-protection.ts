/**
 * The second path of a protected line (1:1 protection of RFC 4427 §3.4): it is held and steered into like the first, and has
 * nothing of it but its ends. These take it by themselves while the first does not answer; what is done here follows.
 * @module
 */
import { elementsOf, type LineWish } from '@vagus/line'
import type { EventDraft } from '../events/event-draft.ts'
import { type KeptLine, noteLine, protectingPath, usedPath } from './line-book.ts'
import { protectedEvent, switchedEvent, unprotectedEvent } from './line-events.ts'
import { layBest, type LayingParts, quotedPath } from './line-laying.ts'
import type { LinePaths } from './line-paths.ts'

export interface ProtectionParts extends LayingParts {
  readonly paths: LinePaths
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** What speaks against a second path; `silent`: its probes are lost, and nobody knows where. */
export interface ProtectionTrouble {
  readonly because: string
  readonly type: 'silent' | 'other'
}

export class LineProtection {
  readonly #parts: ProtectionParts

  constructor(parts: ProtectionParts) {
    this.#parts = parts
  }

  /**
   * As far as there is one: the line goes on without. @returns `declined` where a router did not take its part
   * @throws {StoreError} when the disk does not take it
   */
  async lay(id: string): Promise<'laid' | 'no path' | 'declined'> {
    const { book, paths, tell } = this.#parts
    const line = book.find(id)!
    const { path, bitsPerSecond } = usedPath(line)!
    const how = { bitsPerSecond, until: line.wish.end, standby: true }
    const [wish, avoid] = [wishBeside(line), elementsOf(path)]
    if ('problem' in quotedPath(this.#parts, id, wish, avoid)) {
      this.#without(id, noPath(line.wish))
      return 'no path'
    }
    const laying = await layBest(this.#parts, id, wish, avoid, (one) => paths.lay(id, one, how))
    if (laying.type === 'failed') {
      this.#without(id, laying.problem)
      return laying.device === undefined ? 'no path' : 'declined'
    }
    const { laid, unprotected: _, ...rest } = book.find(id)!
    const protection = laid.find(({ number }) => number === laying.number)!.path
    const protecting = laid.map((one) => (one.number === laying.number ? { ...one, use: 'protecting' as const } : one))
    tell(protectedEvent(this.#note({ ...rest, protection, laid: protecting })))
    return 'laid'
  }

  /** It is of no use, for whatever reason. One whose probes are lost stays until there is another: it may answer again. */
  async giveUp(id: string, { because, type }: ProtectionTrouble): Promise<unknown> {
    const line = this.#parts.book.find(id)!
    if (type !== 'silent') return this.drop(id, because)
    const links = protectingPath(line)!.path.hops.map(({ link }) => link)
    const avoid = [...elementsOf(usedPath(line)!.path), ...links]
    if ('problem' in quotedPath(this.#parts, id, wishBeside(line), avoid)) return this.#without(id, because)
    await this.drop(id, because)
    return this.lay(id)
  }

  /** Its probes come back. */
  regain(id: string): void {
    const line = this.#parts.book.find(id)!
    const { unprotected: _, ...rest } = line
    this.#parts.tell(protectedEvent(this.#note({ ...rest, protection: protectingPath(line)!.path })))
  }

  /** It is released. @param because undefined where none is wanted any more, or another is laid at once */
  async drop(id: string, because?: string): Promise<void> {
    const line = this.#parts.book.find(id)!
    const number = protectingPath(line)?.number
    const { protection: _, unprotected, ...rest } = line
    // One change: a path that is not wanted any more is owed, whenever the controller is killed.
    const laid = rest.laid.map((one) => (one.number === number ? { ...one, use: 'going' as const } : one))
    const isKept = line.wish.protect === true && unprotected !== undefined
    this.#note({ ...rest, laid, ...(isKept ? { unprotected } : {}) })
    if (number !== undefined) await this.#parts.paths.drop(id, number)
    if (because !== undefined) this.#without(id, because)
  }

  /** Whether the line can go over it as it is held, with nothing of what is to be avoided. */
  fits(line: KeptLine, wish: LineWish, avoid: readonly string[]): boolean {
    const protecting = protectingPath(line)
    if (protecting === undefined || protecting.bitsPerSecond !== wish.bitsPerSecond) return false
    if (wish.end > line.wish.end) return false // its leases end before
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

  /** People are told once. No room is kept for what is not there. */
  #without(id: string, because: string): void {
    const line = this.#parts.book.find(id)!
    if (line.unprotected === because && line.protection === undefined) return
    const { protection: _, ...rest } = line
    this.#note({ ...rest, unprotected: because })
    if (line.unprotected === undefined) this.#parts.tell(unprotectedEvent(line, because))
  }

  #note(line: KeptLine): KeptLine {
    return noteLine(this.#parts, line)
  }
}

/** What speaks against each path would name those that the first one needs. */
const noPath = ({ avoid = [] }: LineWish): string => {
  const without = avoid.length === 0 ? '' : `, without ${avoid.join(' and ')}`
  return `no path has room${without} and nothing of the first except its ends`
}
/** Of the second path of a line. */
const wishBeside = (line: KeptLine): LineWish => {
  const { path, bitsPerSecond } = usedPath(line)!
  return { ...line.wish, bitsPerSecond, between: path, protect: false }
}
