/** NetFlow v5, v9, IPFIX and sFlow v5. */
export type { Collector, CollectorConfig, CollectorTotals, DatagramRun, DatagramSource } from './collector.ts'
export {
  type ColumnName,
  type ColumnType,
  columnTypes,
  createFlowBlock,
  type FlowBlock,
  flowBlockAt,
  flowColumns,
  octetsPerRow,
} from './columns.ts'
export { createCollector } from './flow-collector.ts'
export type { FlowEvent } from './event.ts'
export type { ExporterState, LossState, SamplingSource } from './exporter-state.ts'
export type { InterfaceCounters } from './interface-counters.ts'
export { defaultLimits, type Limits } from './limits.ts'
export type { FlowProtocol } from './protocol.ts'
export { type CounterDatagram, type CounterSample, encodeCounterDatagram } from './sflow/counter-datagram.ts'
export type { CollectorSnapshot } from './snapshot.ts'
