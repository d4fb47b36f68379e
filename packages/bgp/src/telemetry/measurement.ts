/**
 * TLV 65001: what the standard TLVs of a link do not say (draft §4.2).
 *
 *   octets  4           1      1           2         8         8      4       4          4      4
 *           enterprise  flags  confidence  reserved  sequence  agent  window  threshold  drops  received
 *
 * Octets behind are of a later version and ignored.
 * @module
 */
import { DecodeError, Reader, Writer } from '@vagus/wire'
import { float32 } from '../link-state/fields.ts'
import { enterpriseCode } from './registry.ts'

export interface Measurement {
  /** Whether the link counts as congested, by direction as the agent sees it. */
  readonly congested: 'no' | 'out' | 'in' | 'both'
  /** 0..100: how far the agent trusts the capacity and threshold that it gives. */
  readonly confidence: number
  /** When the sample window ended, in milliseconds since 1970; each of an agent's is higher than the one before. */
  readonly sequence: number
  /** The agent that measured, 64 bits. */
  readonly agent: bigint
  /** Milliseconds over which was measured. */
  readonly window: number
  /** Octets per second from which on the link counts as congested; 0: not known. */
  readonly threshold: number
  /** Packets per second that the queue of the link dropped. */
  readonly drops: number
  /** Octets per second that came in over the link; the standard TLVs say what went out. */
  readonly received: number
}

const congestion = ['no', 'out', 'in', 'both'] as const

/** @throws {RangeError} when a value does not fit its field */
export function encodeMeasurement(value: Measurement): Uint8Array<ArrayBuffer> {
  const w = new Writer(44)
  w.uint32(enterpriseCode)
  w.uint8(congestion.indexOf(value.congested))
  w.uint8(value.confidence)
  w.uint16(0)
  w.uint64(BigInt(value.sequence))
  w.uint64(value.agent)
  w.uint32(value.window)
  for (const rate of [value.threshold, value.drops, value.received]) float32.write(w, rate)
  return w.finish()
}

/** `foreign`: another enterprise's TLV of the same number. Rates are read as they are; `plausible.ts` judges them. */
export function decodeMeasurement(octets: Uint8Array): Measurement | 'malformed' | 'foreign' {
  try {
    const r = new Reader(octets)
    if (r.uint32() !== enterpriseCode) return 'foreign'
    const congested = congestion[r.uint8() & 3]!
    const confidence = r.uint8()
    r.skip(2)
    const sequence = readTime(r)
    const agent = r.uint64()
    const window = r.uint32()
    const [threshold, drops, received] = [float32.read(r), float32.read(r), float32.read(r)]
    if (confidence > 100) return 'malformed'
    return { congested, confidence, sequence, agent, window, threshold, drops, received }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return 'malformed'
  }
}

/** Milliseconds since 1970 in 64 bits, of which a number holds 53. @throws {DecodeError} */
export function readTime(r: Reader): number {
  const at = r.offset
  const value = r.uint64()
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError('bad-value', at, `time ${value} is beyond 2^53`)
  return Number(value)
}
