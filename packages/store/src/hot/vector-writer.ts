/**
 * Rows of the log into a DuckDB chunk by memory copy. `copy_data_to_vector` is in the bindings and not in the documented
 * API: the version is pinned, and `hot-table.system.test.ts` reads back every column. Other ways into a vector take
 * JavaScript values, four to ten times slower.
 * @module
 */
import { DuckDBDataChunk } from '@duckdb/node-api'
import binding from '@duckdb/node-bindings'
import { columnTypes, flowColumns } from '@vagus/flow'
import { databaseColumns } from '../sql/columns.ts'

/** Rows of a DuckDB vector. */
export const rowsPerChunk = 2048

interface Source {
  readonly octets: number
  /** Octets of a row in all columns before. */
  readonly before: number
}

const sources = new Map<string, Source>()
let before = 0
for (const { name, type } of flowColumns) {
  const { octets } = columnTypes[type]
  sources.set(name, { octets, before })
  before += octets
}

export class VectorWriter {
  readonly chunk = DuckDBDataChunk.create(databaseColumns.map(({ type }) => type))
  readonly #half = new Uint32Array(rowsPerChunk * 2)

  /**
   * Makes the chunk rows `first` to `first + count` of a body of `rows` rows, which begins at octet `bodyAt`, a multiple
   * of 8. `count` is at most `rowsPerChunk`.
   */
  fill(octets: Uint8Array<ArrayBuffer>, bodyAt: number, rows: number, first: number, count: number): void {
    const { buffer, byteOffset } = octets
    const chunk = this.chunk.chunk
    binding.data_chunk_reset(chunk)
    binding.data_chunk_set_size(chunk, count)
    for (const [index, column] of databaseColumns.entries()) {
      const source = sources.get(column.of)!
      const at = byteOffset + bodyAt + source.before * rows + source.octets * first
      const vector = binding.data_chunk_get_vector(chunk, index)
      if (column.half === undefined) {
        binding.copy_data_to_vector(vector, 0, buffer, at, count * column.octets)
        continue
      }
      const words = new Uint32Array(buffer, at, count * 4)
      const half = this.#half
      for (let from = column.half === 'low' ? 0 : 2, to = 0; to < count * 2; from += 4, to += 2) {
        half[to] = words[from]!
        half[to + 1] = words[from + 1]!
      }
      binding.copy_data_to_vector(vector, 0, half.buffer, 0, count * 8)
    }
  }
}

/** Earliest and latest time that the rows reach over. A record that cannot be right counts at its end. */
export function timesOf(octets: Uint8Array<ArrayBuffer>, bodyAt: number, rows: number): readonly [number, number] {
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
 * Milliseconds that a record may last and be spread over its time. Exporters end a record after 30 minutes at the latest
 * (the usual maximum of an active time-out); what is longer has a wrong clock and counts at its end.
 */
export const longestRecord = 3_600_000
