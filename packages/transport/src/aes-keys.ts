/**
 * AES keys for handshakes, packets of sessions, and groups: directly over OpenSSL if it can be called, otherwise over
 * node:crypto, with the same octets.
 * @module
 */
import {
  type CipherGCMTypes,
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
} from 'node:crypto'
import { type AeadKey, borrowedBelow, type ChannelCrypto, type HeaderKey, type PacketKey } from '@vagus/channel'
import { type Evp, loadEvp, tagOctets } from './evp.ts'
import { plain } from './plain.ts'
import { longMemory } from './long-memory.ts'
import { packetMemory, uninitialized } from './packet-memory.ts'

const keyOctets = 32

export type AesKeys = Pick<ChannelCrypto, 'aead' | 'packetKey' | 'headerKey'>

function packetOctets(draft: Uint8Array, behind: readonly Uint8Array[]): number {
  let octets = draft.length + tagOctets
  for (const part of behind) octets += part.length
  return octets
}

export function evpKeys(evp: Evp): AesKeys {
  /** Short packets are decrypted here, one after the other; what is kept of them is copied anyway. */
  const short = uninitialized(borrowedBelow)
  return {
    aead: (secret) => new EvpAeadKey(evp, secret.slice()),
    packetKey: (octets, at) => new EvpPacketKey(evp, octets, at, short),
    headerKey: (octets, at) => new EvpHeaderKey(evp, octets, at),
  }
}

/**
 * The input of a handshake's encryption is copied here. Each piece of it lies in memory of its own, and finding the
 * address of a piece takes longer than encrypting it.
 */
const gathered = uninitialized(4096)

class EvpAeadKey implements AeadKey {
  readonly #evp: Evp
  readonly #key: Uint8Array

  constructor(evp: Evp, key: Uint8Array) {
    this.#evp = evp
    this.#key = key
  }

  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const boundTo = associatedData.length
    const whole = gather(associatedData, plaintext)
    const text = uninitialized(plaintext.length + tagOctets)
    this.#evp.seal(this.#key, 0, nonce, whole, 0, boundTo, whole, boundTo, [], text, 0)
    return text
  }

  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    if (ciphertext.length < tagOctets) return undefined
    const boundTo = associatedData.length
    const whole = gather(associatedData, ciphertext)
    const text = uninitialized(ciphertext.length - tagOctets)
    return this.#evp.open(this.#key, 0, nonce, whole, boundTo, whole, boundTo, text) ? text : undefined
  }
}

/** Both arrays concatenated, valid until the next call: in `gathered` if they fit. */
function gather(first: Uint8Array, second: Uint8Array): Uint8Array {
  const octets = first.length + second.length
  const whole = octets <= gathered.length ? gathered.subarray(0, octets) : new Uint8Array(octets)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}

/** Classes, because a session at rest keeps four of these objects: closures for each took more memory than the keys. */
class EvpPacketKey implements PacketKey {
  readonly #evp: Evp
  readonly #octets: Uint8Array
  readonly #at: number
  readonly #short: Uint8Array

  constructor(evp: Evp, octets: Uint8Array, at: number, short: Uint8Array) {
    this.#evp = evp
    this.#octets = octets
    this.#at = at
    this.#short = short
  }

  seal(
    nonce: Uint8Array,
    draft: Uint8Array,
    headerFrom: number,
    textFrom: number,
    behind: readonly Uint8Array[],
  ): Uint8Array {
    const packet = packetMemory(packetOctets(draft, behind))
    for (let at = 0; at < textFrom; at++) packet[at] = draft[at]!
    this.#evp.seal(
      this.#octets,
      this.#at,
      nonce,
      draft,
      headerFrom,
      textFrom,
      draft,
      textFrom,
      behind,
      packet,
      textFrom,
    )
    return packet
  }

  open(nonce: Uint8Array, packet: Uint8Array, headerOctets: number): Uint8Array | undefined {
    const octets = packet.length - headerOctets - tagOctets
    if (octets < 0) return undefined
    const text = octets < borrowedBelow ? this.#short.subarray(0, octets) : longMemory(octets)
    return this.#evp.open(this.#octets, this.#at, nonce, packet, headerOctets, packet, headerOctets, text)
      ? text
      : undefined
  }
}

class EvpHeaderKey implements HeaderKey {
  readonly #evp: Evp
  readonly #octets: Uint8Array
  readonly #at: number

  constructor(evp: Evp, octets: Uint8Array, at: number) {
    this.#evp = evp
    this.#octets = octets
    this.#at = at
  }

  mask(octets: Uint8Array, sampleAt: number): Uint8Array {
    return this.#evp.block(this.#octets, this.#at, octets, sampleAt)
  }
}

/** Of node:crypto, by the length of the key. */
const gcmOf = (octets: number): CipherGCMTypes => (octets === 16 ? 'aes-128-gcm' : 'aes-256-gcm')

/** The plaintext of `text` in the cipher's own memory, not a copy; `undefined` if `tag` does not match. */
function openWith(
  key: KeyObject,
  nonce: Uint8Array,
  tag: Uint8Array,
  associatedData: Uint8Array,
  text: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const decipher = createDecipheriv(gcmOf(key.symmetricKeySize!), key, nonce, { authTagLength: tagOctets })
  decipher.setAAD(associatedData).setAuthTag(tag)
  const plaintext = decipher.update(text)
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plain(plaintext)
}

/**
 * The most recently used ciphers of header keys. Others are created again when needed, so that a session at rest holds
 * none.
 */
const headerCiphers = new Map<KeyObject, Cipheriv>()
const maxHeaderCiphers = 512

/** @param secret 32 octets, or 16 for AES-128 */
export function nodeAead(secret: Uint8Array): AeadKey {
  const key = createSecretKey(secret)
  return {
    seal(nonce, associatedData, plaintext) {
      const cipher = createCipheriv(gcmOf(secret.length), key, nonce).setAAD(associatedData)
      return plain(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
    },
    open(nonce, associatedData, ciphertext) {
      const end = ciphertext.length - tagOctets
      if (end < 0) return undefined
      return openWith(key, nonce, ciphertext.subarray(end), associatedData, ciphertext.subarray(0, end))
    },
  }
}

export const nodeKeys: AesKeys = {
  aead: nodeAead,
  packetKey(octets, at) {
    const key = createSecretKey(octets.subarray(at, at + keyOctets))
    return {
      seal(nonce, draft, headerFrom, textFrom, behind) {
        const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(draft.subarray(headerFrom, textFrom))
        const packet = packetMemory(packetOctets(draft, behind))
        packet.set(draft.subarray(0, textFrom))
        let at = textFrom
        for (const part of [draft.subarray(textFrom), ...behind]) {
          packet.set(cipher.update(part), at)
          at += part.length
        }
        cipher.final() // GCM has no octets left
        packet.set(cipher.getAuthTag(), at)
        return packet
      },
      open(nonce, packet, headerOctets) {
        const end = packet.length - tagOctets
        if (end < headerOctets) return undefined
        const text = packet.subarray(headerOctets, end)
        return openWith(key, nonce, packet.subarray(end), packet.subarray(0, headerOctets), text)
      },
    }
  },
  headerKey(octets, at) {
    const key = createSecretKey(octets.subarray(at, at + keyOctets))
    // One cipher for all blocks of a key: ECB keeps no state between blocks, and creating one costs as much as three
    // blocks.
    return {
      mask(packet, sampleAt) {
        let cipher = headerCiphers.get(key)
        if (cipher === undefined) {
          cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
          headerCiphers.set(key, cipher)
          if (headerCiphers.size > maxHeaderCiphers) headerCiphers.delete(headerCiphers.keys().next().value!)
        }
        return cipher.update(packet.subarray(sampleAt, sampleAt + 16))
      },
    }
  },
}

const evp = loadEvp()
export const aesKeys: AesKeys = evp === undefined ? nodeKeys : evpKeys(evp)

const evp128 = loadEvp(16)

/** A key of AES-128-GCM. @param secret 16 octets */
export const aead128: (secret: Uint8Array) => AeadKey =
  evp128 === undefined ? nodeAead : (secret) => new EvpAeadKey(evp128, secret.slice())
