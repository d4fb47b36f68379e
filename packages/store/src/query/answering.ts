/** Dependencies of answering a query. @module */
import type { View } from '../sql/view.ts'
import type { Reach } from './tier-choice.ts'

export interface Answering {
  readonly view: View
  /** Returns the rows of a query. */
  readonly run: (sql: string) => Promise<readonly (readonly unknown[])[]>
  /** Writes the rows of a query to a Parquet file; returns its octets. */
  readonly write: (sql: string, path: string) => Promise<number>
  readonly reach: Reach
}
