/** Input of a decoder besides the octets, and its results. One object is reused for all sets. @module */
import type { FlowBlock } from '../columns.ts'

export interface DecodeContext {
  /** Number of the exporter. */
  exporter: number
  /** Export time, milliseconds since 1970. */
  exportMs: number
  /** The exporter's uptime at export time, milliseconds modulo 2^32; -1 if unknown. */
  uptimeMs: number
  /** The memory of the view if it is shared between threads, as vector decoders require; else undefined. */
  memory: WebAssembly.Memory | undefined
  /** Sampling rate of records that state none; 0 is unknown. */
  rate: number
  /** Rate of the sampler that a record names; `otherwise` if it is unknown. */
  rateOf: (sampler: number, otherwise: number) => number
  /** Whether interfaces may determine the rate of records that name no sampler. */
  isByInterface: boolean
  /** Rate by the interfaces of a record and its direction (1: observed at `outIf`), else `rate`. */
  rateAt: (inIf: number, outIf: number, direction: number) => number
  /** The last rate that a record stated itself; 0 if none did. */
  statedRate: number
  /** Fills the columns of a row from the first octets of a packet (element 315). */
  frame: (view: DataView, at: number, end: number, block: FlowBlock, row: number) => void
  /** After decoding: position of the next record. */
  at: number
  /** After decoding: number of records read. A biflow record counts once, but may make two rows. */
  records: number
  /** After decoding: position where a record runs past its set, or -1. */
  brokenAt: number
}

/**
 * Decodes the records from `at` up to `end` into rows of `block`, starting at `row`. A record may only start at rows
 * below `limit`. Returns the row after the last one written.
 */
export type Decode = (
  view: DataView,
  at: number,
  end: number,
  block: FlowBlock,
  row: number,
  limit: number,
  context: DecodeContext,
) => number
