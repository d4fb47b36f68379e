/** The columns of a block in the form that the engine reads fastest. @module */
import type { FlowBlock } from '@vagus/flow'

/**
 * The same columns in a new object. An object whose many properties were set one by one by computed names is a hash
 * table to V8, and a copy of it is not: reading columns row by row is half again as fast, for one copy a block.
 */
export function withQuickColumns(block: FlowBlock): FlowBlock {
  return { ...block }
}
