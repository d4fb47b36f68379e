/**
 * The keys of a session. What it begins with is derived at once from what the handshake left. Then the keys of each
 * direction follow each other (RFC 9001 §6): each phase's secret gives the next, none gives the one before. A sender
 * goes on to the next phase when it has used a key for long; the receiver follows when a packet decrypts with it.
 * @module
 */
import { connectionIdOctets } from '../handshake-message.ts'
import type { ChannelCrypto, HeaderKey, PacketKey } from '../ports.ts'
import { writeUint32 } from './packet.ts'

const label = (text: string): Uint8Array => new TextEncoder().encode(`vagus-1 ${text}`)
const labels = { next: label('next'), ids: label('connection ids') }

/** 76 octets of `octets` from `at` on: the key 32, the IV 12, the secret of the phase after 32. */
export interface PhaseKeys {
  readonly key: PacketKey
  readonly octets: Uint8Array
  readonly at: number
}

/** The first phase of a direction, and behind its octets the header key of 32, which stays (RFC 9001 §6.6). */
export interface FirstPhase extends PhaseKeys {
  readonly header: HeaderKey
}

const keyOctets = 32
export const ivAt = keyOctets
const nextAt = ivAt + 12
const phaseOctets = nextAt + 32
export const firstPhaseOctets = phaseOctets + keyOctets

/** The keys lie in `octets` for as long as they are used. */
export function firstPhaseOf(crypto: ChannelCrypto, octets: Uint8Array, at: number): FirstPhase {
  return { key: crypto.packetKey(octets, at), header: crypto.headerKey(octets, at + phaseOctets), octets, at }
}

export function nextPhase(crypto: ChannelCrypto, { octets, at }: PhaseKeys): PhaseKeys {
  const next = crypto.hkdf(labels.next, octets.subarray(at + nextAt, at + phaseOctets), phaseOctets)
  return { key: crypto.packetKey(next, 0), octets: next, at: 0 }
}

/** No packet of this phase is sent or opened any more: its key is not left in memory. */
export function wipePhase({ octets, at }: PhaseKeys): void {
  octets.fill(0, at, at + phaseOctets)
}

/** Connection ids that are derived together: those of so many paths, and of so many sequences of each. */
export const idGroup = { paths: 8, sequences: 2 } as const
export const groupOctets = idGroup.paths * idGroup.sequences * connectionIdOctets

/**
 * Connection ids are not sent: both sides derive them, so that a new path and each hand-over begin with one that no
 * observer has seen. These are the ones for packets that `receiver` gets, of paths from `8 paths` on and sequences from
 * `2 sequences` on (0..2^32-1 each, not both 0): 8 octets for each sequence of each path, one path after the other.
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
