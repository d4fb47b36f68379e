/**
 * The log of flow blocks: the truth until a block is in an fsynced Parquet file. `append` returns after write(2), so that
 * what it acknowledged survives the end of the process; an fsync a second bounds what a power failure takes.
 * @module
 */
import type { FlowBlock } from '@vagus/flow'
import type { StoreEvent } from '../event.ts'

export interface FlowLogOptions {
  /** Folder of the store; segments stand in `log` below it. Made when missing. */
  readonly folder: string
  /** Hears the number of each block as it is acknowledged; post it to `FlowStore.notifier()`. */
  readonly onAcknowledged?: (block: number) => void
  readonly onEvent?: (event: StoreEvent) => void
  /** Octets after which a new segment starts. */
  readonly segmentOctets?: number
  /** Octets of blocks that may wait in memory while the disk takes none; the oldest are dropped and counted. */
  readonly waitingOctets?: number
}

export interface FlowLogState {
  readonly state: 'ok' | 'disk-full' | 'failed'
  /** Newest acknowledged block; 0 when there is none. */
  readonly acknowledged: number
  /** Records that wait in memory for the disk. */
  readonly waiting: number
  /** Records given up since the log was opened. */
  readonly dropped: number
  /** What the disk said last; empty when ok. */
  readonly problem: string
}

export interface FlowLog {
  /**
   * Writes the block's rows and returns its number: the acknowledgement. `undefined`: the disk does not take it; it waits
   * in memory and is not acknowledged. The block may be used again at once. Numbers grow by one from 1.
   */
  append(block: FlowBlock, now: number): number | undefined
  /** Tries again what waits, and starts an fsync where there is something new. About once a second. */
  tick(now: number): void
  state(): FlowLogState
  /** Writes what waits if the disk takes it, and fsyncs. */
  close(now: number): void
}
