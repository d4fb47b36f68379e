/**
 * The flow store: a worker thread that reads the log into DuckDB, seals it into Parquet files with rollups, and answers
 * questions. The log is the only way in.
 * @module
 */
import type { MessagePort } from 'node:worker_threads'
import type { StoreEvent } from './event.ts'
import type {
  ExportQuery,
  ExportResult,
  InterfaceSeriesQuery,
  InterfaceSeriesResult,
  MatrixQuery,
  MatrixResult,
  Patience,
  SeriesQuery,
  SeriesResult,
  StoreStats,
  TopQuery,
  TopResult,
} from './query/queries.ts'

/** How long each tier is kept, in seconds. */
export interface Retention {
  readonly raw: number
  readonly minute: number
  readonly fiveMinutes: number
  readonly hour: number
}

export interface FlowStoreOptions {
  /** The folder that the `FlowLog` has. */
  readonly folder: string
  readonly retention: Retention
  /** On disk, all together; the oldest single records go first beyond it. */
  readonly maxOctets: number
  readonly onEvent?: (event: StoreEvent) => void
  /** Rows in memory after which they are sealed. */
  readonly hotRows?: number
  /** Milliseconds after which they are sealed, however few. */
  readonly hotMilliseconds?: number
  /** What DuckDB may use of memory, in octets; beyond it, it spills to `tmp` in the folder. */
  readonly memoryOctets?: number
  readonly threads?: number
}

/** Every question rejects with `UnavailableError`, or with the reason of its signal when that is aborted. */
export interface FlowStore {
  /** A port to post the numbers of acknowledged blocks to, for the thread that has the log; transfer it there. */
  notifier(): MessagePort
  /** The same from this thread. */
  notify(block: number): void
  /** Fulfilled when the block and all before it can be asked for. */
  loaded(block: number, patience?: Patience): Promise<void>
  top(query: TopQuery, patience?: Patience): Promise<TopResult>
  series(query: SeriesQuery, patience?: Patience): Promise<SeriesResult>
  matrix(query: MatrixQuery, patience?: Patience): Promise<MatrixResult>
  interfaceSeries(query: InterfaceSeriesQuery, patience?: Patience): Promise<InterfaceSeriesResult>
  exportParquet(query: ExportQuery, patience?: Patience): Promise<ExportResult>
  stats(patience?: Patience): Promise<StoreStats>
  /** Seals what is in memory now instead of when it is due. */
  seal(patience?: Patience): Promise<void>
  /** Stops the thread; what is not sealed is read from the log at the next start. */
  close(): Promise<void>
}
