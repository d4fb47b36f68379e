/** The log of flow blocks, the flow store with its rollups, and control state. */
export {
  type ControlStore,
  type ControlStoreOptions,
  type Document,
  openControlStore,
} from './control/control-store.ts'
export type { StoredEvent } from './control/event-table.ts'
export { type StoreErrorCode, storeErrorCodes, StoreError } from './errors.ts'
export type { StoreEvent } from './event.ts'
export { type FlowStore, openFlowStore } from './flow-store.ts'
export type { FlowStoreOptions } from './flow-store-options.ts'
export { type FlowLog, type FlowLogOptions, type FlowLogState, openFlowLog } from './log/flow-log.ts'
export {
  type ExportQuery,
  type ExportResult,
  type FilterTerm,
  type InterfaceSeriesQuery,
  type InterfaceSeriesResult,
  type MatrixQuery,
  type MatrixResult,
  type Patience,
  type SeriesDimension,
  seriesDimensions,
  type SeriesFilterTerm,
  type SeriesQuery,
  type SeriesResult,
  type StoreStats,
  type TierName,
  tierNames,
  type TopQuery,
  type TopResult,
  type Volume,
} from './query/queries.ts'
export type { Retention } from './sealed/retention-plan.ts'
