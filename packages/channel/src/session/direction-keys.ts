/**
 * The keys of a session. The initial ones are derived at once from the result of the handshake. After that, the keys of
 * each direction follow one another (RFC 9001 §6): each phase's secret yields the next, but never the previous one. A
 * sender moves to the next phase after long use of a key; the receiver follows when a packet decrypts with the next
 * key.
 * @module
 */
import { connectionIdOctets } from '../handshake-message.ts'
import type { ChannelCrypto, HeaderKey, PacketKey } from '../ports.ts'
import { writeUint32 } from './packet.ts'

const label = (text: string): Uint8Array => new TextEncoder().encode(`vagus-1 ${text}`)
const labels = { next: label('next'), ids: label('connection ids') }

/** 76 octets of `octets` from `at` on: the key 32, the IV 12, the secret of the next phase 32. */
export interface PhaseKeys {
  readonly key: PacketKey
  readonly octets: Uint8Array
  readonly at: number
}

/** The first phase of a direction, followed by the header key of 32 octets, which never changes (RFC 9001 §6.6). */
export interface FirstPhase extends PhaseKeys {
  readonly header: HeaderKey
}

const keyOctets = 32
export const ivAt = keyOctets
const nextAt = ivAt + 12
const phaseOctets = nextAt + 32
export const firstPhaseOctets = phaseOctets + keyOctets

/** The keys stay in `octets`, which must not change while they are used. */
export function firstPhaseOf(crypto: ChannelCrypto, octets: Uint8Array, at: number): FirstPhase {
  return { key: crypto.packetKey(octets, at), header: crypto.headerKey(octets, at + phaseOctets), octets, at }
}

export function nextPhase(crypto: ChannelCrypto, { octets, at }: PhaseKeys): PhaseKeys {
  const next = crypto.hkdf(labels.next, octets.subarray(at + nextAt, at + phaseOctets), phaseOctets)
  return { key: crypto.packetKey(next, 0), octets: next, at: 0 }
}

/** No more packets of this phase are sent or opened: erases its key from memory. */
export function wipePhase({ octets, at }: PhaseKeys): void {
  octets.fill(0, at, at + phaseOctets)
}

/** The number of paths, and of sequences of each path, whose connection ids are derived together. */
export const idGroup = { paths: 8, sequences: 2 } as const
export const groupOctets = idGroup.paths * idGroup.sequences * connectionIdOctets

/**
 * Connection ids are not sent: both sides derive them, so that a new path and each handover start with one that no
 * observer has seen. Returns the ids for packets that `receiver` gets, of paths from `8 paths` on and sequences from `2
 * sequences` on (0..2^32-1 each, not both 0): 8 octets for each sequence of each path, one path after the other.
 */
export function connectionIdsFor(
  crypto: ChannelCrypto,
  exporter: Uint8Array,
  receiver: 'initiator' | 'responder',
  paths: number,
  sequences: number,
): Uint8Array {
  const salt = new Uint8Array(labels.ids.length + 9)
  salt.set(labels.ids)
  salt[labels.ids.length] = receiver === 'initiator' ? 0 : 1
  writeUint32(salt, labels.ids.length + 1, paths)
  writeUint32(salt, labels.ids.length + 5, sequences)
  return crypto.hkdf(salt, exporter, groupOctets)
}
