/**
 * The keys of a session. What it begins with is derived at once from what the handshake left. Then the keys of each
 * direction follow each other (RFC 9001 §6): each phase's secret gives the next, none gives the one before. A sender goes
 * on to the next phase when it has used a key for long; the receiver follows when a packet decrypts with it.
 * @module
 */
import { connectionIdOctets } from '../handshake-message.ts'
import type { TransportKeys } from '../noise/symmetric-state.ts'
import { concatOctets } from '../octets.ts'
import type { ChannelCrypto, HeaderKey, PacketKey } from '../ports.ts'
import { writeUint32 } from './packet.ts'

const label = (text: string): Uint8Array => new TextEncoder().encode(`vagus-1 ${text}`)
const labels = { session: label('session'), next: label('next'), ids: label('connection ids') }

export interface PhaseKeys {
  readonly key: PacketKey
  readonly iv: Uint8Array
  /** The secret of the phase after. */
  readonly next: Uint8Array
}

/** The first phase of a direction, and the header key, which stays (RFC 9001 §6.6). */
export interface FirstPhase extends PhaseKeys {
  readonly header: HeaderKey
}

/** What a session begins with. */
export interface FirstKeys {
  readonly initiator: FirstPhase
  readonly responder: FirstPhase
  /** The first connection ids of those that each side receives: see `connectionIdsFor`. */
  readonly ids: { readonly initiator: Uint8Array; readonly responder: Uint8Array }
  /** What the secrets of tickets follow from, 32 octets. */
  readonly tickets: Uint8Array
}

/** In one derivation, because each costs some 15 µs however short it is. */
export function firstKeysOf(crypto: ChannelCrypto, { initiator, responder, exporter }: TransportKeys): FirstKeys {
  const output = crypto.hkdf(
    labels.session,
    concatOctets(initiator, responder, exporter),
    2 * 108 + 2 * groupOctets + 32,
  )
  const first = (at: number): FirstPhase => ({
    ...phaseOf(crypto, output.subarray(at, at + 76)),
    header: crypto.headerKey(output.subarray(at + 76, at + 108)),
  })
  const ids = output.slice(216, 216 + 2 * groupOctets)
  return {
    initiator: first(0),
    responder: first(108),
    ids: { initiator: ids.subarray(0, groupOctets), responder: ids.subarray(groupOctets) },
    tickets: output.slice(216 + 2 * groupOctets),
  }
}

export function nextPhase(crypto: ChannelCrypto, phase: PhaseKeys): PhaseKeys {
  return phaseOf(crypto, crypto.hkdf(labels.next, phase.next, 76))
}

function phaseOf(crypto: ChannelCrypto, output: Uint8Array): PhaseKeys {
  return { key: crypto.packetKey(output.subarray(0, 32)), iv: output.slice(32, 44), next: output.slice(44, 76) }
}

/** Connection ids that are derived together: those of so many paths, and of so many sequences of each. */
export const idGroup = { paths: 8, sequences: 2 } as const
const groupOctets = idGroup.paths * idGroup.sequences * connectionIdOctets

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
