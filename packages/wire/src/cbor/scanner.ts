/**
 * Finds the end of one well-formed CBOR item (RFC 8949 appendix C), without recursion and without building it.
 * Resumable: a stream may be segmented anywhere, and octets are scanned once, except the head of an incomplete string.
 * @module
 */
import { DecodeError } from '../decode-error.ts'
import { type Head, readHead } from './head.ts'
import type { CborLimits } from './limits.ts'
import { readText } from './text.ts'
import { breakOctet, majorType } from './value.ts'

/** An open container. */
interface Open {
  /** Items still expected; Infinity until the break. */
  left: number
  /** Items started. */
  begun: number
  readonly kind: 'items' | 'pairs' | 'chunks'
  /** Major type of the container; chunks must have the same one. */
  readonly major: number
}

export class ItemScanner {
  readonly #limits: CborLimits
  readonly #start: number
  readonly #open: Open[] = []
  #at: number
  #items = 0

  constructor(limits: CborLimits, start = 0) {
    this.#limits = limits
    this.#start = start
    this.#at = start
  }

  /**
   * Continues over `octets`, which are those of the last call and any that arrived since. Returns the offset of the end
   * of the item, or undefined while it is incomplete.
   * @throws {DecodeError} `bad-value` when the item cannot become well-formed, `bad-length` when it passes a limit
   */
  scan(octets: Uint8Array): number | undefined {
    for (;;) {
      const at = this.#at
      if (octets[at] === breakOctet) this.#break(at)
      else {
        const head = readHead(octets, at)
        if (head === undefined) {
          this.#checkOctets(octets.length)
          return undefined
        }
        if (!this.#item(octets, at, head)) return undefined
      }
      if (this.#isWhole()) return this.#at
    }
  }

  /** Consumes the item at `at`; returns false when it is an incomplete string. */
  #item(octets: Uint8Array, at: number, head: Head): boolean {
    const inside = this.#open.at(-1)
    if (inside?.kind === 'chunks' && (head.major !== inside.major || head.length === 'indefinite')) {
      throw new DecodeError('bad-value', at, 'a chunk must be a string of definite length and the type of its string')
    }
    const isString = head.major === majorType.octets || head.major === majorType.text
    const isWholeString = isString && head.length === 'definite'
    const end = isWholeString ? head.end + head.argument : head.end
    this.#checkOctets(end)
    if (end > octets.length) return false
    if (isWholeString && head.major === majorType.text) readText(octets.subarray(head.end, end), head.end)
    if (this.#items++ >= this.#limits.items) {
      throw new DecodeError('bad-length', at, `more than ${this.#limits.items} items`)
    }
    this.#at = end
    if (inside !== undefined) {
      inside.left--
      inside.begun++
    }
    this.#enter(at, head)
    return true
  }

  /** Opens a container. Refuses one that claims more items than octets can follow. */
  #enter(at: number, head: Head): void {
    const { major, argument } = head
    const isIndefinite = head.length === 'indefinite'
    if (major === majorType.array || major === majorType.map) {
      const kind = major === majorType.map ? 'pairs' : 'items'
      const left = isIndefinite ? Infinity : kind === 'pairs' ? 2 * argument : argument
      if (!isIndefinite) this.#checkOctets(this.#at + left)
      this.#push(at, { left, begun: 0, kind, major })
    } else if (major === majorType.tag) this.#push(at, { left: 1, begun: 0, kind: 'items', major })
    else if (isIndefinite) this.#push(at, { left: Infinity, begun: 0, kind: 'chunks', major })
    else if (this.#open.length >= this.#limits.depth) this.#tooDeep(at)
  }

  #push(at: number, container: Open): void {
    if (this.#open.length >= this.#limits.depth) this.#tooDeep(at)
    this.#open.push(container)
  }

  #break(at: number): void {
    const inside = this.#open.at(-1)
    if (inside === undefined || inside.left !== Infinity) {
      throw new DecodeError('bad-value', at, 'a break without an open item of indefinite length')
    }
    if (inside.kind === 'pairs' && inside.begun % 2 === 1) {
      throw new DecodeError('bad-value', at, 'a key without its value')
    }
    this.#at = at + 1
    this.#checkOctets(this.#at)
    inside.left = 0
  }

  /** Closes finished containers; returns true when the whole item is finished. */
  #isWhole(): boolean {
    while (this.#open.length > 0 && this.#open.at(-1)!.left === 0) this.#open.pop()
    return this.#open.length === 0
  }

  #checkOctets(end: number): void {
    const { octets } = this.#limits
    if (end - this.#start > octets) {
      throw new DecodeError('bad-length', this.#at, `the item is longer than ${octets} octets`)
    }
  }

  #tooDeep(at: number): never {
    throw new DecodeError('bad-length', at, `more than ${this.#limits.depth} items inside each other`)
  }
}
