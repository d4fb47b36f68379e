/** The ports of the channel over node:crypto, for tests. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto'
import type { ChannelCrypto, DhKey, KemKey } from '../src/index.ts'

const x25519Public = Buffer.from('302a300506032b656e032100', 'hex') // RFC 8410 §4
const x25519Private = Buffer.from('302e020100300506032b656e04220420', 'hex') // RFC 8410 §7
const kemPublic = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex') // RFC 9935 §4, ML-KEM-768

const plain = (octets: Uint8Array | ArrayBuffer): Uint8Array => new Uint8Array(octets)

export const nodeCrypto: ChannelCrypto = {
  hash: (message) => plain(createHash('sha256').update(message).digest()),
  hkdf: (salt, keyMaterial, length) => plain(hkdfSync('sha256', keyMaterial, salt, new Uint8Array(0), length)),
  aead(octets) {
    const key = createSecretKey(octets)
    return {
      seal(nonce, associatedData, plaintext) {
        const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData)
        return plain(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
      },
      open(nonce, associatedData, ciphertext) {
        if (ciphertext.length < 16) return undefined
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(associatedData)
        decipher.setAuthTag(ciphertext.subarray(-16))
        const start = decipher.update(ciphertext.subarray(0, -16))
        try {
          return plain(Buffer.concat([start, decipher.final()]))
        } catch {
          return undefined
        }
      },
    }
  },
  encapsulate(publicKey) {
    try {
      const key = createPublicKey({ key: Buffer.concat([kemPublic, publicKey]), format: 'der', type: 'spki' })
      const { ciphertext, sharedKey } = encapsulate(key)
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) }
    } catch {
      return undefined
    }
  },
}

/** The X25519 key whose private octets are `seed`. */
export function dhKeyOf(seed: Uint8Array): DhKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([x25519Private, seed]), format: 'der', type: 'pkcs8' })
  return {
    publicKey: plain(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)),
    agree(peer) {
      const publicKey = createPublicKey({ key: Buffer.concat([x25519Public, peer]), format: 'der', type: 'spki' })
      try {
        return plain(diffieHellman({ privateKey, publicKey }))
      } catch {
        return undefined // OpenSSL refuses an all-zero result
      }
    },
  }
}

export const testKey = (number: number): DhKey => dhKeyOf(new Uint8Array(32).fill(number))

export function newKemKey(): KemKey {
  const { publicKey, privateKey } = generateKeyPairSync('ml-kem-768')
  return {
    publicKey: plain(publicKey.export({ format: 'der', type: 'spki' }).subarray(-1184)),
    decapsulate: (ciphertext) => plain(decapsulate(privateKey, ciphertext)),
  }
}

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
