/**
 * A traffic matrix as a table: sources down, sinks across, sums at both edges. Sinks that do not fit go into further
 * tables below, so that no figure is omitted.
 * @module
 */
import { type Cell, type Column, table } from './table.ts'

/** One figure of the matrix, already as text; sums are figures of their own. */
export interface Square {
  readonly names: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** One entry per source. */
  readonly rowSums: readonly string[]
  /** One entry per sink. */
  readonly columnSums: readonly string[]
  readonly sum: string
}

const corner = 'FROM \\ TO'
/** A sink's column is never narrower: `<0.1`, `99.9`, `100 %` and five letters of its name. */
const minColumn = 6
const minSource = 8

/** Tables of at most `width` characters, an empty line between. */
export function squareText(square: Square, width: number, strong: (text: string) => string): string {
  const longest = Math.max(corner.length, ...square.names.map((name) => name.length))
  const source = Math.min(longest, Math.max(minSource, corner.length))
  const room = width - source - 2 - minColumn
  const perTable = width === Infinity ? square.names.length : Math.max(1, Math.floor(room / (minColumn + 2)))
  const tables: string[] = []
  for (let from = 0; from < square.names.length; from += perTable) {
    const to = Math.min(from + perTable, square.names.length)
    const last = to === square.names.length
    const heads: Column[] = [
      { head: corner, align: 'left', shrink: minSource },
      ...square.names.slice(from, to).map((head): Column => ({ head, align: 'right', shrink: minColumn })),
      ...(last ? [{ head: 'SUM', align: 'right' } as const] : []),
    ]
    const line = (name: string, cells: readonly Cell[], sum: string): Cell[] => [
      name,
      ...cells.slice(from, to),
      ...(last ? [sum] : []),
    ]
    const rows = square.rows.map((cells, at) => line(square.names[at]!, cells, square.rowSums[at]!))
    tables.push(table(heads, [...rows, line('SUM', square.columnSums, square.sum)], width, strong))
  }
  return tables.join('\n\n')
}
