/** Blocks whose rows identify their block, so that each can be counted after a crash. */
import type { FlowBlock } from '@vagus/flow'
import { blockOf, within } from './blocks.ts'

export const killStart = 1_700_000_000_000 - (1_700_000_000_000 % 3_600_000)

/** Large enough that no rounding hides a record. */
export const samplingRate = 1000

/** Rows of block number `block`. */
export const rowsOfBlock = (block: number): number => 1 + ((block * 37) % 90)

const memory = new WebAssembly.Memory({ initial: 1 })

/** Each row has the block's number in `srcAs`. Blocks whose rows are a multiple of 16 are packed in the log. */
export function killedBlock(number: number): FlowBlock {
  const block = blockOf({ rows: rowsOfBlock(number), end: killStart + number * 60_000, lasts: 30_000, samplingRate })
  block.srcAs.fill(number)
  return within(memory, block)
}
