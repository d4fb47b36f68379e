/** NetFlow v5, v9, IPFIX and sFlow v5. */
export {
  type ColumnName,
  type ColumnType,
  columnTypes,
  createFlowBlock,
  type FlowBlock,
  flowColumns,
  octetsPerRow,
  rowsPerBlock,
} from './columns.ts'
