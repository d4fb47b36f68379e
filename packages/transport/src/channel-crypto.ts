/**
 * The port of `channel` over node:crypto: X25519, ML-KEM-768, AES-256-GCM, SHA-256, HKDF.
 * @module
 */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { AeadKey, ChannelCrypto, DhKey, HeaderKey, KemKey, PacketKey } from '@vagus/channel'
import { exportPublicKey, importPrivateKey, importPublicKey } from './key-forms.ts'
import { PublicKeys } from './public-keys.ts'

const tagOctets = 16
const noInfo = new Uint8Array(0)

/**
 * `Buffer` is a `Uint8Array` with other habits (its slice is a view); the ports speak of the plain one. The octets are the
 * same: node:crypto made them for this caller alone.
 */
const plain = ({ buffer, byteOffset, length }: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer, byteOffset, length)

const noOctets = createSecretKey(noInfo)
const secretOf = (octets: Uint8Array): KeyObject => (octets.length === 0 ? noOctets : createSecretKey(octets))

/**
 * Public X25519 keys of handshakes under way: each takes part in two agreements, and to read it costs a quarter of one.
 * Some 500 octets each.
 */
const dhPeers = new PublicKeys('x25519', 1024)

export const channelCrypto: ChannelCrypto = {
  hash: (message) => plain(hash('sha256', message, 'buffer')),
  // A key object, because node:crypto takes longer to find out that octets are none than to derive from them.
  hkdf: (salt, keyMaterial, length) => new Uint8Array(hkdfSync('sha256', secretOf(keyMaterial), salt, noInfo, length)),
  aead: (key) => aeadKeyOf(createSecretKey(key)),
  packetKey: (key) => packetKeyOf(createSecretKey(key)),
  headerKey: (key) => headerKeyOf(createSecretKey(key)),
  encapsulate(publicKey) {
    try {
      const { ciphertext, sharedKey } = encapsulate(importPublicKey('mlKem768', publicKey))
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) }
    } catch {
      return undefined // OpenSSL makes the check of FIPS 203 §7.2
    }
  },
}

function aeadKeyOf(key: KeyObject): AeadKey {
  return {
    seal(nonce, associatedData, plaintext) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData)
      const text = cipher.update(plaintext)
      cipher.final() // of GCM nothing is left
      const sealed = uninitialized(text.length + tagOctets)
      sealed.set(text)
      sealed.set(cipher.getAuthTag(), text.length)
      return sealed
    },
    open(nonce, associatedData, ciphertext) {
      const end = ciphertext.length - tagOctets
      return end < 0
        ? undefined
        : openWith(key, nonce, ciphertext.subarray(end), associatedData, ciphertext.subarray(0, end))
    },
  }
}

/** The plaintext of `text`, which is the cipher's own and not a copy; `undefined` when `tag` does not fit. */
function openWith(
  key: KeyObject,
  nonce: Uint8Array,
  tag: Uint8Array,
  associatedData: Uint8Array,
  text: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagOctets })
  decipher.setAAD(associatedData).setAuthTag(tag)
  const plaintext = decipher.update(text)
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plain(plaintext)
}

function packetKeyOf(key: KeyObject): PacketKey {
  return {
    seal(nonce, draft, headerFrom, textFrom) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(draft.subarray(headerFrom, textFrom))
      const text = cipher.update(draft.subarray(textFrom))
      cipher.final() // of GCM nothing is left
      const packet = uninitialized(draft.length + tagOctets)
      packet.set(draft.subarray(0, textFrom))
      packet.set(text, textFrom)
      packet.set(cipher.getAuthTag(), draft.length)
      return packet
    },
    sealParts(nonce, draft, headerFrom, textFrom, behind) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(draft.subarray(headerFrom, textFrom))
      const text = cipher.update(draft.subarray(textFrom))
      const first = new Uint8Array(textFrom + text.length)
      first.set(draft.subarray(0, textFrom))
      first.set(text, textFrom)
      const parts: [Uint8Array, ...Uint8Array[]] = [first]
      for (const each of behind) parts.push(cipher.update(each))
      cipher.final()
      parts.push(cipher.getAuthTag())
      return parts
    },
    open(nonce, packet, headerOctets) {
      const end = packet.length - tagOctets
      if (end < headerOctets) return undefined
      return openWith(
        key,
        nonce,
        packet.subarray(end),
        packet.subarray(0, headerOctets),
        packet.subarray(headerOctets, end),
      )
    },
  }
}

/** Octets that are about to be overwritten: clearing 64 KiB first costs a tenth of encrypting them. */
function uninitialized(octets: number): Uint8Array<ArrayBuffer> {
  const buffer = Buffer.allocUnsafeSlow(octets)
  return new Uint8Array(buffer.buffer, buffer.byteOffset, octets)
}

/** Ciphers of header keys that were used last; the others are made again, so that a session at rest holds none. */
const headerCiphers = new Map<KeyObject, Cipheriv>()
const maxHeaderCiphers = 512

/** One cipher for all blocks of a key: ECB keeps nothing between them, and to make one costs three times a block. */
function headerKeyOf(key: KeyObject): HeaderKey {
  return {
    mask(sample) {
      let cipher = headerCiphers.get(key)
      if (cipher === undefined) {
        cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
        headerCiphers.set(key, cipher)
        if (headerCiphers.size > maxHeaderCiphers) headerCiphers.delete(headerCiphers.keys().next().value!)
      }
      return cipher.update(sample)
    },
  }
}

/** Peers whose agreement with a static key is kept, no more secret than that key; the one met first goes. */
const maxAgreed = 1024

/** The X25519 key whose private octets are `seed` (32). */
export function dhKeyOf(seed: Uint8Array): DhKey {
  const key = dhKey(importPrivateKey('x25519', seed))
  const agreed = new Map<string, Uint8Array | undefined>()
  return {
    ...key,
    agreeAgain(peer) {
      const name = Buffer.from(peer.buffer, peer.byteOffset, peer.byteLength).toString('latin1')
      if (agreed.has(name)) return agreed.get(name)
      const shared = key.agree(peer)
      agreed.set(name, shared)
      if (agreed.size > maxAgreed) agreed.delete(agreed.keys().next().value!)
      return shared
    },
  }
}

/** A fresh X25519 key. */
export function newDhKey(): DhKey {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return dhKey(privateKey, publicKey)
}

function dhKey(privateKey: KeyObject, ownPublicKey = privateKey): DhKey {
  return {
    publicKey: exportPublicKey(ownPublicKey),
    agree(peer) {
      const publicKey = dhPeers.get(peer)
      try {
        return plain(diffieHellman({ privateKey, publicKey }))
      } catch {
        return undefined // OpenSSL refuses a result of zeros
      }
    },
  }
}

/** The ML-KEM-768 key that follows from `seed` (64 octets, FIPS 203 §7.1). */
export function kemKeyOf(seed: Uint8Array): KemKey {
  return kemKey(importPrivateKey('mlKem768', seed))
}

/** A fresh ML-KEM-768 key. */
export function newKemKey(): KemKey {
  const { privateKey, publicKey } = generateKeyPairSync('ml-kem-768')
  return kemKey(privateKey, publicKey)
}

function kemKey(privateKey: KeyObject, publicKey = privateKey): KemKey {
  return {
    publicKey: exportPublicKey(publicKey),
    decapsulate: (ciphertext) => plain(decapsulate(privateKey, ciphertext)),
  }
}
