/** Locals of the function that `vector-source.ts` generates. @module */
import type { Assembler } from '@vagus/wire'

/** Parameters in the order of `VectorDecode`, then other locals. */
export const local = {
  at: 0,
  records: 1,
  row: 2,
  block: 3,
  exporter: 4,
  rate: 5,
  uptime: 6,
  hasUptime: 7,
  exportSeconds: 8,
  exportMs: 9,
  advance: 10,
  /** Position of the row in columns of 1, 2, 4, 8 and 16 octets, without the column's offset. */
  row1: 11,
  row2: 12,
  row4: 13,
  row8: 14,
  row16: 15,
  /** The current vector of each record. */
  record: [16, 17, 18, 19],
  /** Halves of two pairs of records. */
  first: 20,
  second: 21,
  column: 22,
  /** Times of the first two records, and of the last two. */
  start: [23, 24],
  end: [25, 26],
  /** Nonzero if an address of the record is not an IPv4-mapped one. */
  isOther: [27, 28, 29, 30],
  exported: 31,
  latest: 32,
  uptimes: 33,
  knowsUptime: 34,
  rates: 35,
  exporters: 36,
} as const
/** Number of locals above. Constants follow them. */
export const locals = 37

/** Constant vectors, each set in a local before the loop. */
export class Constants {
  readonly #vectors: (readonly number[])[] = []

  /** The local that holds `vector`. */
  of(vector: readonly number[]): number {
    const known = this.#vectors.findIndex((other) => other.every((octet, index) => octet === vector[index]))
    return locals + (known < 0 ? this.#vectors.push(vector) - 1 : known)
  }

  get size(): number {
    return this.#vectors.length
  }

  set(a: Assembler): void {
    for (const [index, vector] of this.#vectors.entries()) a.v128(vector).set(locals + index)
  }
}
