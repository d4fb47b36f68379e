/**
 * What a decoder needs to know besides the octets, and what it reports. One object, used again for every set. @module
 */
import type { FlowBlock } from '../columns.ts'

export interface DecodeContext {
  /** Number of the exporter. */
  exporter: number
  /** Export time, milliseconds since 1970. */
  exportMs: number
  /** The exporter's uptime at export time, milliseconds modulo 2^32; -1 when it is not known. */
  uptimeMs: number
  /** The memory of the view, when it is one that threads share: what decoders of vector instructions read. */
  memory: WebAssembly.Memory | undefined
  /** Sampling rate of records that say nothing themselves; 0 is unknown. */
  rate: number
  /** Rate of the sampler that a record names; `otherwise` where it has none. */
  rateOf: (sampler: number, otherwise: number) => number
  /** Whether records that name no sampler may have a rate by their interfaces. */
  isByInterface: boolean
  /** Rate by the interfaces of a record and its direction (1: it was made at `outIf`), else `rate`. */
  rateAt: (inIf: number, outIf: number, direction: number) => number
  /** Whether a record stated its rate itself. */
  statedRate: number
  /** Fills the addresses, ports and so on of a row from the first octets of a packet (element 315). */
  frame: (view: DataView, at: number, end: number, block: FlowBlock, row: number) => void
  /** After decoding: where the next record starts. */
  at: number
  /** After decoding: records read. A biflow record is one, and may make two rows. */
  records: number
  /** After decoding: the octet at which a record runs past its set, or -1. */
  brokenAt: number
}

/**
 * Decodes the records from `at` up to `end` into rows of `block` from `row` on, stopping before `limit` (the last row
 * that a record may start at, plus one). Returns the row behind the last one written.
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
