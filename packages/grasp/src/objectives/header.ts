/** The header that values of our objectives begin with: who says it, and what is newer. @module */
import type { CborValue } from '@vagus/wire'
import { Fields, most53 } from './fields.ts'

export interface Header {
  /** Name of the node that speaks. */
  readonly node: string
  /** Grows with each start of the node. */
  readonly epoch: number
  /** Grows with each value in an epoch. */
  readonly sequence: number
  /** `traceparent` (W3C Trace Context) of what the value belongs to; it changes nothing. */
  readonly trace?: string
}

const version = 1
/** Longest `traceparent` that is read. */
const maxTrace = 256

export const writeHeader = ({ node, epoch, sequence, trace }: Header): CborValue =>
  new Map<CborValue, CborValue>([
    [0, version],
    [1, node],
    [2, epoch],
    [3, sequence],
    ...(trace === undefined ? [] : [[4, trace] as const]),
  ])

/** @throws {DecodeError} also another version */
export function readHeader(value: CborValue): Header {
  const fields = new Fields(value, 'header', [])
  fields.uint(0, version)
  return {
    node: fields.text(1),
    epoch: fields.uint(2, most53),
    sequence: fields.uint(3, most53),
    ...(fields.has(4) ? { trace: fields.text(4, maxTrace) } : {}),
  }
}

/** Whether `next` says something newer than `last`. */
export const isNewer = (next: Header, last: Header): boolean =>
  next.epoch > last.epoch || (next.epoch === last.epoch && next.sequence > last.sequence)
