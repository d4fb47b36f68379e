/**
 * The sources of a query: records in memory and files as of its start, and those that overlap a window. @module
 */
import { hasRangeOf, type StoredFile } from '../sealed/stored-file.ts'
import { type FileKind, rawKind, sumsKind } from '../sealed/tiers.ts'
import { literal } from './columns.ts'

interface HotPart {
  readonly path: string
  readonly earliest: number
  readonly latest: number
}

export interface View {
  /** Files of unsealed records. */
  readonly hot: readonly HotPart[]
  readonly files: (kind: FileKind) => readonly StoredFile[]
}

export interface RecordSource {
  /** Operand of FROM. */
  readonly from: string
  /** Whether all of its records are within the window, or some may be outside. */
  readonly reach: 'inside' | 'across'
}

interface Span {
  readonly earliest: number
  readonly latest: number
}

export const parquetSource = (files: readonly { readonly path: string }[]): string =>
  `read_parquet([${files.map(({ path }) => literal(path)).join(', ')}])`

/**
 * The sources with records of the window; files outside of it are not read. `except` are files that need not be read.
 */
export function recordSources(
  view: View,
  from: number,
  to: number,
  except: readonly StoredFile[] = [],
): readonly RecordSource[] {
  const touches = ({ earliest, latest }: Span): boolean => latest >= from && earliest < to
  const isInside = ({ earliest, latest }: Span): boolean => earliest >= from && latest < to
  const reachOf = (span: Span): RecordSource['reach'] => (isInside(span) ? 'inside' : 'across')
  const sources: RecordSource[] = []
  const read = view.files(rawKind).filter((file) => !except.includes(file))
  const files = [...view.hot, ...read].filter(touches)
  for (const reach of ['inside', 'across'] as const) {
    const some = files.filter((file) => reachOf(file) === reach)
    if (some.length > 0) sources.push({ from: parquetSource(some), reach })
  }
  return sources
}

/** Files of records that are entirely within the window, and the sums of a grouping that replace them. */
export interface Summed {
  readonly records: readonly StoredFile[]
  readonly sums: readonly StoredFile[]
}

export function summedFiles(view: View, from: number, to: number, grouping: number): Summed {
  const inside = view.files(rawKind).filter(({ earliest, latest }) => earliest >= from && latest < to)
  const pairs = inside.flatMap((records) => {
    const sums = view.files(sumsKind).find((file) => hasRangeOf(file, records))
    return sums?.groupings?.includes(grouping) ? [{ records, sums }] : []
  })
  return { records: pairs.map(({ records }) => records), sums: pairs.map(({ sums }) => sums) }
}
