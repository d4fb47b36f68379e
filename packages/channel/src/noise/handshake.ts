/**
 * A Noise handshake (HandshakeState, §5.3) of any pattern: tokens in, messages out. A refused message leaves the
 * handshake unchanged: on a network where anyone can send, the right message may still arrive after a forged one.
 * @module
 */
import { concatOctets, Reader } from '@vagus/wire'
import { noOctets } from '../octets.ts'
import type { ChannelCrypto, DhKey, KemKey } from '../ports.ts'
import { RefusalError, type Refused, settle } from '../refusal.ts'
import type { Pattern, Token } from './pattern.ts'
import { hashOfName, SymmetricState, tagOctets, type TransportKeys } from './symmetric-state.ts'

/** Maximum octets of a Noise message (§3). */
export const maxNoiseOctets = 65_535
const dhOctets = 32
const kemKeyOctets = 1184
const kemCiphertextOctets = 1088

export interface NoiseConfig {
  readonly pattern: Pattern
  readonly role: 'initiator' | 'responder'
  /** What both sides must agree on without sending it. */
  readonly prologue: Uint8Array
  readonly crypto: ChannelCrypto
  /** A fresh key, not used in any other handshake. */
  readonly ephemeral: DhKey
  readonly static?: DhKey
  /** The other side's static key, if the pattern needs it beforehand. */
  readonly remoteStatic?: Uint8Array
  /** A fresh key, if this side sends `e1`. */
  readonly kem?: KemKey
  /** 32 octets each, in the order of the psk tokens (§9). */
  readonly psks?: readonly Uint8Array[]
}

/** The state that changes from message to message. */
interface Progress {
  readonly symmetric: SymmetricState
  messages: number
  psks: number
  remoteStatic: Uint8Array | undefined
  remoteEphemeral: Uint8Array | undefined
  remoteKem: Uint8Array | undefined
}

export class NoiseHandshake {
  readonly #config: NoiseConfig
  readonly #usesPsk: boolean
  #progress: Progress

  constructor(config: NoiseConfig) {
    const { pattern, crypto } = config
    const hybrid = pattern.messages.some((tokens) => tokens.includes('e1'))
    const dh = hybrid ? '25519+MLKEM768' : '25519'
    const symmetric = new SymmetricState(crypto, hashOfName(crypto, `Noise_${pattern.name}_${dh}_AESGCM_SHA256`))
    symmetric.mixHash(config.prologue)
    this.#config = config
    this.#usesPsk = pattern.messages.some((tokens) => tokens.includes('psk'))
    this.#progress = {
      symmetric,
      messages: 0,
      psks: 0,
      remoteStatic: config.remoteStatic,
      remoteEphemeral: undefined,
      remoteKem: undefined,
    }
    for (const side of pattern.known) {
      symmetric.mixHash(side === config.role ? this.#static.publicKey : demand(config.remoteStatic, 'remoteStatic'))
    }
  }

  /** Whether every message of the pattern has been sent or read. */
  get done(): boolean {
    return this.#progress.messages === this.#config.pattern.messages.length
  }

  /** Whether this side sends the next message. */
  get writes(): boolean {
    return !this.done && (this.#progress.messages % 2 === 0) === (this.#config.role === 'initiator')
  }

  /** The other side's static key: known beforehand, or read from an accepted message. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#progress.remoteStatic
  }

  /** The next message. Refused as `turn`, or as `key` if a key of the other side turns out to be worthless. */
  write(payload: Uint8Array): Uint8Array | Refused {
    return settle(() => {
      if (!this.writes) throw new RefusalError('turn', 'it is not the turn of this side to write')
      const next = this.#copy()
      const parts = this.#config.pattern.messages[next.messages]!.map((token) => this.#writeToken(next, token))
      const message = concatOctets(...parts, next.symmetric.encryptAndHash(payload))
      if (message.length > maxNoiseOctets) throw new RangeError(`"payload" makes a message of ${message.length} octets`)
      next.messages++
      this.#progress = next
      return message
    })
  }

  /** The payload of the other side's next `message`. A refusal leaves the handshake unchanged. */
  read(message: Uint8Array): { readonly type: 'read'; readonly payload: Uint8Array } | Refused {
    return settle(() => {
      if (this.done || this.writes) throw new RefusalError('turn', 'it is not the turn of the other side to write')
      if (message.length > maxNoiseOctets)
        throw new RefusalError('malformed', `a message has at most ${maxNoiseOctets} octets, not ${message.length}`)
      const next = this.#copy()
      const rest = new Reader(message)
      for (const token of this.#config.pattern.messages[next.messages]!) this.#readToken(next, token, rest)
      const payload = next.symmetric.decryptAndHash(rest.octets(rest.left))
      next.messages++
      this.#progress = next
      return { type: 'read', payload }
    })
  }

  /** The keys of the session. @throws {TypeError} before `done` */
  split(): TransportKeys {
    if (!this.done) throw new TypeError('the handshake is not done')
    return this.#progress.symmetric.split()
  }

  get #static(): DhKey {
    return demand(this.#config.static, 'static')
  }

  #copy(): Progress {
    return { ...this.#progress, symmetric: this.#progress.symmetric.copy() }
  }

  #writeToken(next: Progress, token: Token): Uint8Array {
    const { symmetric } = next
    if (token === 'e') return this.#mixEphemeral(symmetric, this.#config.ephemeral.publicKey)
    if (token === 's') return symmetric.encryptAndHash(this.#static.publicKey)
    if (token === 'e1') return symmetric.encryptAndHash(demand(this.#config.kem, 'kem').publicKey)
    if (token === 'ekem1') return this.#encapsulate(next)
    this.#mixShared(next, token)
    return noOctets
  }

  #readToken(next: Progress, token: Token, rest: Reader): void {
    const { symmetric } = next
    const tag = symmetric.hasKey ? tagOctets : 0
    switch (token) {
      case 'e':
        next.remoteEphemeral = this.#mixEphemeral(symmetric, rest.octets(dhOctets))
        return
      case 's':
        next.remoteStatic = symmetric.decryptAndHash(rest.octets(dhOctets + tag)).slice() // others may own that memory
        return
      case 'e1':
        next.remoteKem = symmetric.decryptAndHash(rest.octets(kemKeyOctets + tag))
        return
      case 'ekem1': {
        const ciphertext = symmetric.decryptAndHash(rest.octets(kemCiphertextOctets + tag))
        symmetric.mixKey(demand(this.#config.kem, 'kem').decapsulate(ciphertext))
        return
      }
      case 'ee':
      case 'es':
      case 'se':
      case 'ss':
      case 'psk':
        this.#mixShared(next, token)
    }
  }

  #mixEphemeral(symmetric: SymmetricState, publicKey: Uint8Array): Uint8Array {
    symmetric.mixHash(publicKey)
    if (this.#usesPsk) symmetric.mixKey(publicKey) // §9.2
    return publicKey.slice()
  }

  #encapsulate(next: Progress): Uint8Array {
    const encapsulation = this.#config.crypto.encapsulate(demand(next.remoteKem, 'remoteKem'))
    if (encapsulation === undefined)
      throw new RefusalError('key', 'the KEM key is not an encapsulation key (FIPS 203 §7.2)')
    const text = next.symmetric.encryptAndHash(encapsulation.ciphertext)
    next.symmetric.mixKey(encapsulation.sharedSecret)
    return text
  }

  /** The tokens that send nothing: a key agreement, named after the initiator's and the responder's key, or a psk. */
  #mixShared(next: Progress, token: 'ee' | 'es' | 'se' | 'ss' | 'psk'): void {
    if (token === 'psk') {
      next.symmetric.mixKeyAndHash(demand(this.#config.psks?.[next.psks++], 'psks'))
      return
    }
    const isInitiator = this.#config.role === 'initiator'
    const own = isInitiator ? token[0] : token[1]
    const other = isInitiator ? token[1] : token[0]
    const key = own === 'e' ? this.#config.ephemeral : this.#static
    const peer = demand(other === 'e' ? next.remoteEphemeral : next.remoteStatic, 'remoteStatic')
    const shared = token === 'ss' && key.agreeAgain !== undefined ? key.agreeAgain(peer) : key.agree(peer)
    if (shared === undefined) throw new RefusalError('key', 'a point of low order gives no shared secret')
    next.symmetric.mixKey(shared)
  }
}

/** A key that the pattern needs and that our own caller must have supplied. */
function demand<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`the pattern needs "${name}"`)
  return value
}
