/** Locals of the function that `vector-source.ts` writes. @module */
import type { Assembler } from '@vagus/wire'

/** Parameters, in the order of `VectorDecode`, and locals. */
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
  /** Where the row stands in a column of so many octets, without the column's offset. */
  row1: 11,
  row2: 12,
  row4: 13,
  row8: 14,
  row16: 15,
  /** Of each record, the vector at hand. */
  record: [16, 17, 18, 19],
  /** Of each two records, their halves. */
  first: 20,
  second: 21,
  column: 22,
  /** Times of the first two records, and of the others. */
  start: [23, 24],
  end: [25, 26],
  /** Where the addresses of a record are other than those of IPv4 begin. */
  isOther: [27, 28, 29, 30],
  exported: 31,
  latest: 32,
  uptimes: 33,
  knowsUptime: 34,
  rates: 35,
  exporters: 36,
} as const
/** So many; constants stand behind them. */
export const locals = 37

/** Vectors that do not change, each in a local of its own from before the loop on. */
export class Constants {
  readonly #vectors: (readonly number[])[] = []

  /** The local that holds it. */
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
