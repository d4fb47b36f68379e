/**
 * A Parquet file of one row group with one plain page per column (parquet-format, `parquet.thrift`): the columns are as
 * in memory, so that writing one is a copy and the database reads it at memory speed. Parquet's integers have 32 or 64
 * bits; narrower columns are widened, and their converted type gives the width.
 *
 *   PAR1   page header, column   page header, column …   metadata   its length, 4 octets   PAR1
 * @module
 */
import { type DatabaseColumn, databaseColumns } from '../sql/columns.ts'
import { type ThriftStruct, thriftOctets } from './thrift.ts'

const magic = new TextEncoder().encode('PAR1')
/** Numbers of `parquet.thrift`. */
const physical = { int32: 1, int64: 2 } as const
const converted: Readonly<Record<number, number>> = { 1: 11, 2: 12, 4: 13, 8: 14 } // UINT_8, UINT_16, UINT_32, UINT_64
const required = 0
const plain = 0
const runLength = 3
const dataPage = 0
const uncompressed = 0

/** Octets of a value in the file. */
export const storedOctets = ({ octets }: DatabaseColumn): 4 | 8 => (octets === 8 ? 8 : 4)

/** Octets of a row in the file. */
export const storedRowOctets = databaseColumns.reduce((sum, column) => sum + storedOctets(column), 0)

const schema: readonly ThriftStruct[] = [
  [
    [4, { text: 'flows' }],
    [5, { i32: databaseColumns.length }],
  ],
  ...databaseColumns.map((column): ThriftStruct => [
    [1, { i32: storedOctets(column) === 8 ? physical.int64 : physical.int32 }],
    [3, { i32: required }],
    [4, { text: column.name }],
    [6, { i32: converted[column.octets]! }],
  ]),
]

/** Consecutive parts of a file of `rows` rows. `values` are the columns, each with `rows` values. */
export function plainParquet(values: readonly Uint8Array[], rows: number): readonly Uint8Array[] {
  const parts: Uint8Array[] = [magic]
  const chunks: ThriftStruct[] = []
  let at = magic.length
  for (const [index, column] of databaseColumns.entries()) {
    const octets = values[index]!
    const page = thriftOctets([
      [1, { i32: dataPage }],
      [2, { i32: octets.length }],
      [3, { i32: octets.length }],
      [
        5,
        {
          struct: [
            [1, { i32: rows }],
            [2, { i32: plain }],
            [3, { i32: runLength }],
            [4, { i32: runLength }],
          ],
        },
      ],
    ])
    const size = page.length + octets.length
    chunks.push(chunkOf(column, rows, size, at))
    parts.push(page, octets)
    at += size
  }
  const total = at - magic.length
  const metadata = thriftOctets([
    [1, { i32: 1 }],
    [2, { list: 'struct', of: schema }],
    [3, { i64: rows }],
    [
      4,
      {
        list: 'struct',
        of: [
          [
            [1, { list: 'struct', of: chunks }],
            [2, { i64: total }],
            [3, { i64: rows }],
          ],
        ],
      },
    ],
  ])
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, metadata.length, true)
  return [...parts, metadata, length, magic]
}

const chunkOf = (column: DatabaseColumn, rows: number, size: number, at: number): ThriftStruct => [
  [2, { i64: at }],
  [
    3,
    {
      struct: [
        [1, { i32: storedOctets(column) === 8 ? physical.int64 : physical.int32 }],
        [2, { list: 'i32', of: [plain, runLength] }],
        [3, { list: 'text', of: [column.name] }],
        [4, { i32: uncompressed }],
        [5, { i64: rows }],
        [6, { i64: size }],
        [7, { i64: size }],
        [9, { i64: at }],
      ],
    },
  ],
]
