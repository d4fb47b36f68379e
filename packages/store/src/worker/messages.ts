/** Messages between the store's thread and its owner. @module */
import type { StoreErrorCode } from '../errors.ts'
import type { StoreEvent } from '../event.ts'
import type { FlowStoreOptions } from '../flow-store-options.ts'
import type {
  AttributionQuery,
  AttributionResult,
  ExportQuery,
  ExportResult,
  InterfaceSeriesQuery,
  InterfaceSeriesResult,
  MatrixQuery,
  MatrixResult,
  SeriesQuery,
  SeriesResult,
  StoreStats,
  TopQuery,
  TopResult,
} from '../query/queries.ts'
import type { FrozenFile } from '../snapshot/freeze.ts'

/** Queries by name: the query and its answer. */
export interface Questions {
  readonly top: readonly [TopQuery, TopResult]
  readonly series: readonly [SeriesQuery, SeriesResult]
  readonly matrix: readonly [MatrixQuery, MatrixResult]
  readonly interfaceSeries: readonly [InterfaceSeriesQuery, InterfaceSeriesResult]
  readonly attribution: readonly [AttributionQuery, AttributionResult]
  readonly exportParquet: readonly [ExportQuery, ExportResult]
  readonly stats: readonly [undefined, StoreStats]
  readonly seal: readonly [undefined, undefined]
  /** Into which folder; the files that are held there. */
  readonly freeze: readonly [string, readonly FrozenFile[]]
}
export type QuestionName = keyof Questions

/** Passed to the thread when it starts. */
export type WorkerData = Omit<FlowStoreOptions, 'onEvent'>

export type ToWorker =
  | {
      readonly type: 'ask'
      readonly id: number
      readonly name: QuestionName
      readonly query: unknown
      readonly deadline: number
    }
  | { readonly type: 'call-off'; readonly id: number }
  | { readonly type: 'acknowledged'; readonly block: number }
  | { readonly type: 'close' }

export type FromWorker =
  | { readonly type: 'open' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'refusal'
      readonly id: number
      readonly code: StoreErrorCode | 'range'
      readonly problem: string
    }
  | { readonly type: 'event'; readonly event: StoreEvent }
  /** The thread ends; a new one continues from the disk. */
  | { readonly type: 'failure'; readonly problem: string }
  /** All blocks up to this one can be queried. */
  | { readonly type: 'loaded'; readonly block: number }
