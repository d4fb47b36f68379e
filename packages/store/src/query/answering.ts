/** What answering a query needs. @module */
import type { View } from '../sql/view.ts'
import type { Reach } from './tier-choice.ts'

export interface Answering {
  readonly view: View
  /** Rows of a query. */
  readonly run: (sql: string) => Promise<readonly (readonly unknown[])[]>
  /** Writes the rows of a query to a Parquet file; its octets. */
  readonly write: (sql: string, path: string) => Promise<number>
  readonly reach: Reach
  /** When the oldest single record arrived that is still kept. */
  readonly oldest: number | undefined
}
