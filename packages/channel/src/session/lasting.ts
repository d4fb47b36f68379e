/**
 * What a session keeps of its handshake, in one block of memory: a dozen arrays of about thirty octets each would take
 * eight times their content, and an idle session consists of little else. The handshake's secrets of the two directions
 * are not kept: all later keys follow from this content.
 *
 *   0    108  first phase of the initiator's direction: see `FirstPhase`
 *   108  108  of the responder's
 *   216  128  the first connection ids for packets that the initiator gets: see `connectionIdsFor`
 *   344  128  of those for the responder
 *   472   32  what the secrets of tickets follow from
 *   504   32  the exporter of the handshake
 *   536   16  the connection ids of the handshake: this side's, the other's
 *   552   32  the static key of the other side
 *   584   32  the seed of challenges
 * @module
 */
import type { Established } from '../established.ts'
import { connectionIdOctets } from '../handshake-message.ts'
import type { ChannelCrypto } from '../ports.ts'
import { type FirstPhase, firstPhaseOctets, firstPhaseOf, groupOctets } from './direction-keys.ts'
import { idKeyOf } from './id-key.ts'

const secretOctets = 32
const label = new TextEncoder().encode('vagus-1 session')

const responderAt = firstPhaseOctets
const idsAt = responderAt + firstPhaseOctets
const ticketsAt = idsAt + 2 * groupOctets
const derivedOctets = ticketsAt + secretOctets
const exporterAt = derivedOctets
const connectionIdAt = exporterAt + secretOctets
const remoteConnectionIdAt = connectionIdAt + connectionIdOctets
const remoteStaticAt = remoteConnectionIdAt + connectionIdOctets
const seedAt = remoteStaticAt + secretOctets

const idsFor = (receiver: 'initiator' | 'responder'): number => (receiver === 'initiator' ? idsAt : idsAt + groupOctets)

/** Views are created on each call: they are rarely needed, and not kept. */
export class Lasting {
  readonly role: Established['role']
  readonly suite: Established['suite']
  readonly #octets = new Uint8Array(seedAt + secretOctets)

  /** @param seed 32 fresh random octets */
  constructor(crypto: ChannelCrypto, established: Established, seed: Uint8Array) {
    this.role = established.role
    this.suite = established.suite
    const { initiator, responder, exporter } = established.keys
    // One derivation, because each costs about 15 µs however short its output is. Its input lies where the output will.
    this.#octets.set(initiator)
    this.#octets.set(responder, secretOctets)
    this.#octets.set(exporter, 2 * secretOctets)
    this.#octets.set(crypto.hkdf(label, this.#view(0, 3 * secretOctets), derivedOctets))
    this.#octets.set(exporter, exporterAt)
    this.#octets.set(established.connectionId, connectionIdAt)
    this.#octets.set(established.remoteConnectionId, remoteConnectionIdAt)
    this.#octets.set(established.remoteStatic, remoteStaticAt)
    this.#octets.set(seed, seedAt)
  }

  /** The initial keys of the direction from `sender`; they stay in this block. */
  firstPhase(crypto: ChannelCrypto, sender: 'initiator' | 'responder'): FirstPhase {
    return firstPhaseOf(crypto, this.#octets, sender === 'initiator' ? 0 : responderAt)
  }

  /** The first group of connection ids for packets that `receiver` gets. */
  firstIds(receiver: 'initiator' | 'responder'): Uint8Array {
    return this.#view(idsFor(receiver), groupOctets)
  }

  /** Of the id at `at` in `firstIds`. */
  firstIdKey(receiver: 'initiator' | 'responder', at: number): string {
    return idKeyOf(this.#octets, idsFor(receiver) + at)
  }

  get tickets(): Uint8Array {
    return this.#view(ticketsAt, secretOctets)
  }

  get exporter(): Uint8Array {
    return this.#view(exporterAt, secretOctets)
  }

  get connectionId(): Uint8Array {
    return this.#view(connectionIdAt, connectionIdOctets)
  }

  get remoteConnectionId(): Uint8Array {
    return this.#view(remoteConnectionIdAt, connectionIdOctets)
  }

  get remoteStatic(): Uint8Array {
    return this.#view(remoteStaticAt, secretOctets)
  }

  get seed(): Uint8Array {
    return this.#view(seedAt, secretOctets)
  }

  #view(at: number, octets: number): Uint8Array {
    return this.#octets.subarray(at, at + octets)
  }
}
