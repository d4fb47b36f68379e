/** Rows of the log gathered by column, up to a row group of the database. @module */
import { columnTypes, flowColumns } from '@vagus/flow'
import type { LogBlock } from '../log/log-reader.ts'
import { databaseColumns } from '../sql/columns.ts'
import { storedOctets, storedRowOctets } from './plain-parquet.ts'

/** Rows of a row group of the database, 17 MB. */
export const rowsPerGroup = 122_880

interface Source {
  readonly octets: number
  /** Octets of a row in all previous columns. */
  readonly before: number
}

const sources = new Map<string, Source>()
let before = 0
for (const { name, type } of flowColumns) {
  const { octets } = columnTypes[type]
  sources.set(name, { octets, before })
  before += octets
}

export class RowGroup {
  readonly #columns: readonly Uint32Array[]
  rows = 0

  constructor() {
    const memory = new ArrayBuffer(rowsPerGroup * storedRowOctets)
    let at = 0
    this.#columns = databaseColumns.map((column) => {
      const words = (storedOctets(column) / 4) * rowsPerGroup
      const values = new Uint32Array(memory, at, words)
      at += words * 4
      return values
    })
  }

  /** Appends a block, which must fit. */
  append({ octets, bodyAt, rows }: LogBlock): void {
    const { buffer, byteOffset } = octets
    const to = this.rows
    for (const [index, column] of databaseColumns.entries()) {
      const { octets: width, before: offset } = sources.get(column.of)!
      const at = byteOffset + bodyAt + offset * rows
      const values = this.#columns[index]!
      if (column.half !== undefined) {
        copyHalves(values, to * 2, new Uint32Array(buffer, at, rows * 4), column.half === 'low' ? 0 : 2)
      } else if (width === 8) values.set(new Uint32Array(buffer, at, rows * 2), to * 2)
      else if (width === 4) values.set(new Uint32Array(buffer, at, rows), to)
      else if (width === 2) values.set(new Uint16Array(buffer, at, rows), to)
      else values.set(new Uint8Array(buffer, at, rows), to)
    }
    this.rows += rows
  }

  /** The columns, each with the values appended so far. */
  values(): readonly Uint8Array[] {
    return databaseColumns.map((column, index) => {
      const { buffer, byteOffset } = this.#columns[index]!
      return new Uint8Array(buffer, byteOffset, this.rows * storedOctets(column))
    })
  }
}

/** Two of the four words of each address, from word `from` on. */
function copyHalves(values: Uint32Array, at: number, addresses: Uint32Array, from: number): void {
  for (let word = from, to = at; word < addresses.length; word += 4, to += 2) {
    values[to] = addresses[word]!
    values[to + 1] = addresses[word + 1]!
  }
}

/** Earliest and latest time of the rows of a block. An implausible record counts at its end. */
export function timesOf({ octets, bodyAt, rows }: LogBlock): readonly [earliest: number, latest: number] {
  const words = (name: string): Uint32Array =>
    new Uint32Array(octets.buffer, octets.byteOffset + bodyAt + sources.get(name)!.before * rows, rows * 2)
  const starts = words('start')
  const ends = words('end')
  let earliest = Infinity
  let latest = -Infinity
  for (let at = 0; at < rows * 2; at += 2) {
    const end = ends[at]! + ends[at + 1]! * 4_294_967_296
    const start = starts[at]! + starts[at + 1]! * 4_294_967_296
    const from = start <= end && end - start <= longestRecord ? start : end
    if (from < earliest) earliest = from
    if (end > latest) latest = end
  }
  return [earliest, latest]
}

/**
 * Maximum duration of a record in milliseconds to be spread over its time. Exporters end a record after 30 minutes at
 * the latest (the usual maximum of an active timeout); a longer one has a wrong clock and counts at its end.
 */
export const longestRecord = 3_600_000
