/**
 * The port of `mls` over node:crypto: SHA-256, HMAC, AES-GCM, Ed25519; X25519 directly over OpenSSL if it can be called.
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { MlsCrypto } from '@vagus/mls'
import { dhKeyOf } from './channel-crypto.ts'
import { derivations } from './derivations.ts'
import { tagOctets } from './evp.ts'
import { identityCrypto } from './identity-crypto.ts'
import { plain } from './plain.ts'
import { loadX25519 } from './x25519.ts'

const x25519 = loadX25519()
const keyOctets = 32
/** The ciphers of AES-GCM by the length of their keys. */
const cipherOf = (key: Uint8Array): 'aes-128-gcm' | 'aes-256-gcm' => (key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm')

export const mlsCrypto: MlsCrypto = {
  sha256: derivations.hash,
  hmacSha256(key, ...parts) {
    const hmac = createHmac('sha256', key)
    for (const part of parts) hmac.update(part)
    return plain(hmac.digest())
  },
  seal(key, nonce, associatedData, plaintext) {
    const cipher = createCipheriv(cipherOf(key), key, nonce).setAAD(associatedData)
    return plain(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
  },
  open(key, nonce, associatedData, ciphertext) {
    const end = ciphertext.length - tagOctets
    if (end < 0) return undefined
    const decipher = createDecipheriv(cipherOf(key), key, nonce, { authTagLength: tagOctets })
    decipher.setAAD(associatedData).setAuthTag(ciphertext.subarray(end))
    const plaintext = decipher.update(ciphertext.subarray(0, end))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return plain(plaintext)
  },
  x25519PublicKey: (secret) => x25519?.publicKeyOf(secret) ?? dhKeyOf(secret).publicKey,
  x25519(secret, peer) {
    if (peer.length !== keyOctets) return undefined
    return x25519 === undefined ? dhKeyOf(secret).agree(peer) : x25519.agree(secret, peer)
  },
  verifyEd25519: identityCrypto.verifyEd25519,
}
