/**
 * The keys of one direction of a session, and how they follow each other (RFC 9001 §6): each phase's secret gives the
 * next, none gives the one before. A sender goes on to the next phase when it has used a key for long; the receiver
 * follows when a packet decrypts with it.
 * @module
 */
import { connectionIdOctets } from '../handshake-message.ts'
import type { ChannelCrypto, HeaderKey, PacketKey } from '../ports.ts'
import { writeUint32 } from './packet.ts'

const label = (text: string): Uint8Array => new TextEncoder().encode(`vagus-1 ${text}`)
const labels = { first: label('keys'), next: label('next'), ids: label('connection ids') }

export interface PhaseKeys {
  readonly key: PacketKey
  readonly iv: Uint8Array
  /** The secret of the phase after. */
  readonly next: Uint8Array
}

/** Key, IV and header key from the secret of a handshake, 32 octets; the header key stays (RFC 9001 §6.6). */
export function firstPhase(crypto: ChannelCrypto, secret: Uint8Array): PhaseKeys & { readonly header: HeaderKey } {
  const output = crypto.hkdf(labels.first, secret, 108)
  const header = crypto.headerKey(output.subarray(76, 108))
  return { ...phaseOf(crypto, output), header }
}

export function nextPhase(crypto: ChannelCrypto, phase: PhaseKeys): PhaseKeys {
  return phaseOf(crypto, crypto.hkdf(labels.next, phase.next, 76))
}

function phaseOf(crypto: ChannelCrypto, output: Uint8Array): PhaseKeys {
  return { key: crypto.packetKey(output.subarray(0, 32)), iv: output.slice(32, 44), next: output.slice(44, 76) }
}

/** Connection ids that are derived together: those of so many paths, and of so many sequences of each. */
export const idGroup = { paths: 8, sequences: 2 } as const

/**
 * Connection ids are not sent: both sides derive them, so that a new path and each hand-over begin with one that no
 * observer has seen. These are the ones for packets that `receiver` gets, of paths from `8 paths` on and sequences from
 * `2 sequences` on (0..2^32-1 each): 8 octets for each sequence of each path, one path after the other.
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
  return crypto.hkdf(salt, exporter, idGroup.paths * idGroup.sequences * connectionIdOctets)
}
