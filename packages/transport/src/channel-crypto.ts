/**
 * The port of `channel` over node:crypto: X25519, ML-KEM-768, AES-256-GCM, SHA-256, HKDF.
 * @module
 */
import {
  createSecretKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { ChannelCrypto, DhKey, KemKey } from '@vagus/channel'
import { aesKeys } from './aes-keys.ts'
import { exportPublicKey, importPrivateKey, importPublicKey } from './key-forms.ts'
import { plain } from './plain.ts'
import { PublicKeys } from './public-keys.ts'

const noInfo = new Uint8Array(0)

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
  ...aesKeys,
  encapsulate(publicKey) {
    try {
      const { ciphertext, sharedKey } = encapsulate(importPublicKey('mlKem768', publicKey))
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) }
    } catch {
      return undefined // OpenSSL makes the check of FIPS 203 §7.2
    }
  },
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
