/**
 * A datagram of 33 octets that opens a NAT and shows that its sender takes part. On the wire it looks like a packet of a
 * session, whose first nine octets it has:
 *
 *   0       01 and six random bits
 *   1..8    id that its receiver chose for this attempt
 *   9..16   number: random; an answer has that of its probe
 *   17..32  the first 16 octets of HKDF-SHA256 with the receiver's key, over kind and number
 *
 * An observer's probe is of the same form; its last 16 octets are random, because the session already says who asks.
 * @module
 */
import { idOctets, numberOctets } from './offer.ts'

const probeOctets = 33
const numberAt = 1 + idOctets
const tagAt = numberAt + numberOctets

export type ProbeKind = 'probe' | 'answer'

/** The port to cryptography; that of `channel` fits. */
export interface ProbeCrypto {
  /** HKDF-SHA256 with an empty info (RFC 5869): `length` octets. */
  hkdf(salt: Uint8Array, keyMaterial: Uint8Array, length: number): Uint8Array
}

export const probeNumberOf = (packet: Uint8Array): Uint8Array => packet.subarray(numberAt, tagAt)
export const isProbe = ({ length }: Uint8Array): boolean => length === probeOctets

/** @param first one random octet */
export function sealProbe(
  {
    kind,
    id,
    key,
    number,
    first,
  }: {
    readonly kind: ProbeKind
    readonly id: Uint8Array
    readonly key: Uint8Array
    readonly number: Uint8Array
    readonly first: number
  },
  crypto: ProbeCrypto,
): Uint8Array {
  const packet = probeWith({ id, number, first })
  packet.set(tagOf(kind, key, number, crypto), tagAt)
  return packet
}

/** For an observer. @param filler 16 random octets */
export function probeForObserver(parts: {
  readonly id: Uint8Array
  readonly number: Uint8Array
  readonly first: number
  readonly filler: Uint8Array
}): Uint8Array {
  const packet = probeWith(parts)
  packet.set(parts.filler.subarray(0, probeOctets - tagAt), tagAt)
  return packet
}

/** What `packet` is, for the holder of `key`; `undefined` if it is not authentic. */
export function openProbe(packet: Uint8Array, key: Uint8Array, crypto: ProbeCrypto): ProbeKind | undefined {
  if (!isProbe(packet)) return undefined
  const number = probeNumberOf(packet)
  return (['probe', 'answer'] as const).find((kind) =>
    isEqual(packet.subarray(tagAt), tagOf(kind, key, number, crypto)),
  )
}

function probeWith({
  id,
  number,
  first,
}: {
  readonly id: Uint8Array
  readonly number: Uint8Array
  readonly first: number
}): Uint8Array {
  const packet = new Uint8Array(probeOctets)
  packet[0] = 0x40 | (first & 0x3f)
  packet.set(id, 1)
  packet.set(number, numberAt)
  return packet
}

const salts = {
  probe: new TextEncoder().encode('vagus probe'),
  answer: new TextEncoder().encode('vagus answer'),
} as const

function tagOf(kind: ProbeKind, key: Uint8Array, number: Uint8Array, crypto: ProbeCrypto): Uint8Array {
  const material = new Uint8Array(key.length + number.length)
  material.set(key)
  material.set(number, key.length)
  return crypto.hkdf(salts[kind], material, probeOctets - tagAt)
}

/** In constant time. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ (b[index] ?? 0)
  return difference === 0
}
