/** The log of flow blocks, the flow store with its rollups, and control state. */
export {
  type ControlStore,
  type ControlStoreOptions,
  type Document,
  openControlStore,
} from './control/control-store.ts'
export type { StoredEvent, StoredHead } from './control/event-table.ts'
export { type ControlFile, type ControlRecord, holdControl } from './control/held-control.ts'
export { type StoreErrorCode, StoreError } from './errors.ts'
export type { StoreEvent } from './event.ts'
export { type FlowStore, openFlowStore } from './flow-store.ts'
export type { FlowStoreOptions } from './flow-store-options.ts'
export { type FlowLog, type FlowLogOptions, type FlowLogState, openFlowLog } from './log/flow-log.ts'
export type {
  AddressDimension,
  AttributionQuery,
  AttributionResult,
  ExportQuery,
  ExportResult,
  FilterTerm,
  Holding,
  InterfaceSeriesQuery,
  InterfaceSeriesResult,
  MatrixQuery,
  MatrixResult,
  NumberRange,
  Patience,
  SeriesQuery,
  SeriesResult,
  StoreStats,
  TierName,
  TopQuery,
  TopResult,
  Volume,
} from './query/queries.ts'
export { icmpPort, maxHoldings, severalHolders } from './query/queries.ts'
export { freezeStore, type FrozenFile, isStoreFile } from './snapshot/freeze.ts'
export type { Retention } from './sealed/retention-plan.ts'
