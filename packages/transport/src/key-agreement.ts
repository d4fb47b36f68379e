/**
 * Keys for which `channel` has two sides agree on secrets: X25519 directly over OpenSSL if it can be called, ML-KEM-768
 * over node:crypto. Without ciphers and paths, so that who reads or writes keys does not load them.
 * @module
 */
import { decapsulate, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { DhKey, KemKey } from '@vagus/channel'
import { randomOctets } from './identity-crypto.ts'
import { exportPublicKey, importPrivateKey } from './key-forms.ts'
import { plain } from './plain.ts'
import { PublicKeys } from './public-keys.ts'
import { x25519, type X25519 } from './x25519.ts'

const keyOctets = 32

/**
 * Public X25519 keys of handshakes under way, for node:crypto. Each is used in two agreements, and importing it costs
 * half as much as one. About 500 octets each.
 */
const dhPeers = new PublicKeys('x25519', 1024)

/**
 * Number of peers whose agreement with a static key is kept; it is no more secret than that key. At the limit the peer
 * met first is dropped.
 */
const maxAgreed = 1024

/** The X25519 key with the private octets `seed` (32). @throws {RangeError} on another length */
export function dhKeyOf(seed: Uint8Array): DhKey {
  const key = x25519 === undefined ? nodeDhKey(importPrivateKey('x25519', seed)) : directDhKey(x25519, seed.slice())
  const agreed = new Map<string, Uint8Array | undefined>()
  return {
    ...key,
    agreeAgain(peer) {
      const name = Buffer.from(peer).toString('latin1') // a view would first move short arrays out of V8's heap
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
  if (x25519 !== undefined) return directDhKey(x25519, randomOctets(keyOctets))
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return nodeDhKey(privateKey, publicKey)
}

export function directDhKey({ publicKeyOf, agree }: X25519, secret: Uint8Array): DhKey {
  return { publicKey: publicKeyOf(secret), agree: (peer) => agree(secret, peer) }
}

export function nodeDhKey(privateKey: KeyObject, ownPublicKey = privateKey): DhKey {
  return {
    publicKey: exportPublicKey(ownPublicKey),
    agree(peer) {
      const publicKey = dhPeers.get(peer)
      try {
        return plain(diffieHellman({ privateKey, publicKey }))
      } catch {
        return undefined // OpenSSL refuses an all-zero result
      }
    },
  }
}

/** The ML-KEM-768 key derived from `seed` (64 octets, FIPS 203 §7.1). */
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
