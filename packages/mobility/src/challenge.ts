/**
 * Challenges without state, as the cookies of a handshake: a keyed hash of who asks from where, valid for a minute. An edge
 * sends one to the next hop alone. Whoever returns it receives what is sent there, on that link, now.
 * @module
 */
import type { AgentId, IdentityCrypto } from '@vagus/identity'
import { concatOctets } from '@vagus/wire'

/** Of whom a challenge is. */
export interface Asker {
  readonly id: AgentId
  /** 16 octets. */
  readonly nextHop: Uint8Array
  /** Index of the edge's interface. */
  readonly interface: number
}

/** Milliseconds of a slot; a challenge holds for its own and the next one. */
export const challengeSlot = 30_000

export class Challenges {
  readonly #secret: Uint8Array
  readonly #crypto: Pick<IdentityCrypto, 'sha256'>

  /** @param secret 32 random octets, new with every start: nothing recorded before counts after it */
  constructor(secret: Uint8Array, crypto: Pick<IdentityCrypto, 'sha256'>) {
    if (secret.length !== 32) throw new RangeError(`"secret" must have 32 octets, got ${secret.length}`)
    this.#secret = secret
    this.#crypto = crypto
  }

  /** 16 octets. @param now milliseconds of a steady clock */
  challenge(asker: Asker, now: number): Uint8Array {
    return this.#of(asker, Math.floor(now / challengeSlot))
  }

  isOurs(challenge: Uint8Array, asker: Asker, now: number): boolean {
    const slot = Math.floor(now / challengeSlot)
    return [slot, slot - 1].some((one) => isSame(this.#of(asker, one), challenge))
  }

  /** Half of the digest is told, so that none can be lengthened into another. */
  #of({ id, nextHop, interface: link }: Asker, slot: number): Uint8Array {
    const numbers = new Uint8Array(16)
    const view = new DataView(numbers.buffer)
    view.setFloat64(0, slot)
    view.setUint32(8, link)
    return this.#crypto.sha256(concatOctets(this.#secret, numbers, nextHop, new TextEncoder().encode(id))).slice(0, 16)
  }
}

/** In the same time, wherever they differ. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.reduce((sum, octet, at) => sum | (octet ^ other[at]!), 0) === 0
