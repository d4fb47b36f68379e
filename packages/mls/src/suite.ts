/** Cipher suites, and the labelled operations that each is used by (RFC 9420 §5.1, §5.2, §8, §17.1). @module */
import type { Signer } from '@vagus/identity'
import { Writer } from '@vagus/wire'
import { expand, hashOctets } from './hkdf.ts'
import { Hpke, type HpkeCiphertext, type KeyPair } from './hpke.ts'
import { noOctets } from './octets.ts'
import type { MlsCrypto } from './ports.ts'
import { RefusalError } from './refusal.ts'
import { writeLength } from './vectors.ts'

/** All of these hash with SHA-256, agree by X25519 and sign with Ed25519. */
export const suites = {
  1: { name: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519', aeadId: 1, keyOctets: 16 },
} as const
export type SuiteNumber = keyof typeof suites

export const isSuite = (number: number): number is SuiteNumber => Object.hasOwn(suites, number)

export const nonceOctets = 12
const encoder = new TextEncoder()
/** `opaque label<V>` with the prefix of §5.1.2; there are about 30 of them. */
const written = new Map<string, Uint8Array>()

function labelOf(label: string): Uint8Array {
  let octets = written.get(label)
  if (octets === undefined) {
    const text = encoder.encode(`MLS 1.0 ${label}`)
    const w = new Writer(text.length + 4)
    writeLength(w, text.length)
    w.octets(text)
    octets = w.finish()
    if (written.size < 64) written.set(label, octets) // labels of exporters are the program's
  }
  return octets
}

/** `struct { opaque label<V>; opaque content<V>; }` */
function labelled(label: Uint8Array, content: Uint8Array): Uint8Array {
  const w = new Writer(label.length + content.length + 4)
  w.octets(label)
  writeLength(w, content.length)
  w.octets(content)
  return w.finish()
}

export class Suite {
  readonly number: SuiteNumber
  readonly crypto: MlsCrypto
  readonly keyOctets: number
  readonly hpke: Hpke

  constructor(crypto: MlsCrypto, number: SuiteNumber) {
    this.number = number
    this.crypto = crypto
    this.keyOctets = suites[number].keyOctets
    this.hpke = new Hpke(crypto, suites[number].aeadId, this.keyOctets)
  }

  hash(...parts: readonly Uint8Array[]): Uint8Array {
    return this.crypto.sha256(...parts)
  }

  mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    return this.crypto.hmacSha256(key, ...parts)
  }

  /** `KDF.Extract`. */
  extract(salt: Uint8Array, keyMaterial: Uint8Array): Uint8Array {
    return this.crypto.hmacSha256(salt, keyMaterial)
  }

  /** §8 */
  expandWithLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
    const octets = labelOf(label)
    const w = new Writer(octets.length + context.length + 6)
    w.uint16(length)
    w.octets(octets)
    writeLength(w, context.length)
    w.octets(context)
    return expand(this.crypto, secret, w.finish(), length)
  }

  /** §8 */
  deriveSecret(secret: Uint8Array, label: string): Uint8Array {
    return this.expandWithLabel(secret, label, noOctets, hashOctets)
  }

  /** §5.1.2 */
  sign(signer: Signer, label: string, content: Uint8Array): Uint8Array {
    return signer.sign(labelled(labelOf(label), content))
  }

  /** §5.1.2 */
  verify(publicKey: Uint8Array, label: string, content: Uint8Array, signature: Uint8Array): boolean {
    return this.crypto.verifyEd25519(publicKey, labelled(labelOf(label), content), signature)
  }

  /** §5.2 */
  reference(what: 'KeyPackage' | 'Proposal', value: Uint8Array): Uint8Array {
    return this.hash(labelled(labelOf(`${what} Reference`), value))
  }

  /** The context of HPKE for `encrypt` and `decrypt` (§5.1.3), once for all who get something under it. */
  encryptionInfo(label: string, context: Uint8Array): Uint8Array {
    return labelled(labelOf(label), context)
  }

  /**
   * §5.1.3
   * @param ephemeral 32 fresh random octets
   * @throws {RefusalError} `key` if `publicKey` gives no secret
   */
  encrypt(publicKey: Uint8Array, info: Uint8Array, plaintext: Uint8Array, ephemeral: Uint8Array): HpkeCiphertext {
    const sender = this.hpke.sender(publicKey, info, ephemeral)
    if (sender === undefined) throw new RefusalError('key', 'an encryption key of the group gives no secret')
    const { kemOutput, context } = sender
    return { kemOutput, ciphertext: this.crypto.seal(context.key, context.nonce, noOctets, plaintext) }
  }

  /** `undefined` if it does not decrypt. */
  decrypt(pair: KeyPair, info: Uint8Array, { kemOutput, ciphertext }: HpkeCiphertext): Uint8Array | undefined {
    const context = this.hpke.receiver(pair, kemOutput, info)
    return context && this.crypto.open(context.key, context.nonce, noOctets, ciphertext)
  }
}
