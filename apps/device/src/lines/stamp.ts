/**
 * Packets of the Simple Two-way Active Measurement Protocol, unauthenticated (RFC 8762 §4.2.1, §4.3.1). Pure.
 *
 *   test        sequence 4   timestamp 8   error estimate 2   zero 30
 *   reflected   sequence 4   timestamp 8   error estimate 2   zero 2   received 8
 *               sender's sequence 4   timestamp 8   error estimate 2   zero 2   TTL 1   zero 3
 *
 * @module
 */
export const stampPort = 862
export const stampOctets = 44

/** Seconds from 1900 to 1970 (RFC 5905 §6). */
const era = 2_208_988_800
/** Synchronised to nobody in particular, within a second or so: S = 0, scale 32, multiplier 1 (RFC 4656 §4.1.2). */
const errorEstimate = 0x2001

/** @param at milliseconds since 1970 */
export function writeTest(sequence: number, at: number): Uint8Array {
  const octets = new Uint8Array(stampOctets)
  const view = new DataView(octets.buffer)
  view.setUint32(0, sequence)
  writeTime(view, 4, at)
  view.setUint16(12, errorEstimate)
  return octets
}

/** What a reflector answers; undefined to what is no test packet. Longer ones are padded, as is the answer (RFC 8762 §4.3). */
export function reflected(test: Uint8Array, hopLimit: number, receivedAt: number, now: number): Uint8Array | undefined {
  if (test.length < stampOctets) return undefined
  const octets = new Uint8Array(test.length)
  const view = new DataView(octets.buffer)
  octets.set(test.subarray(0, 4)) // stateless: the sender's own (RFC 8762 §4.3)
  writeTime(view, 4, now)
  view.setUint16(12, errorEstimate)
  writeTime(view, 16, receivedAt)
  octets.set(test.subarray(0, 14), 24)
  octets[40] = hopLimit
  return octets
}

export interface Reflection {
  readonly sequence: number
  /** Milliseconds for which the reflector had it. */
  readonly heldMs: number
  /** As the sender wrote it, milliseconds since 1970. */
  readonly sentAt: number
}

export function readReflection(octets: Uint8Array): Reflection | undefined {
  if (octets.length < stampOctets) return undefined
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  return {
    sequence: view.getUint32(24),
    heldMs: readTime(view, 4) - readTime(view, 16),
    sentAt: readTime(view, 28) - era * 1000,
  }
}

function writeTime(view: DataView, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1000)
  view.setUint32(at, (seconds + era) % 2 ** 32)
  view.setUint32(at + 4, Math.floor((ms / 1000 - seconds) * 2 ** 32))
}

const readTime = (view: DataView, at: number): number =>
  view.getUint32(at) * 1000 + (view.getUint32(at + 4) / 2 ** 32) * 1000
