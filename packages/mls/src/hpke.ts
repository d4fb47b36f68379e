/**
 * Hybrid public key encryption (RFC 9180) in base mode, which is all that MLS uses: DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-GCM.
 * @module
 */
import { concatOctets } from '@vagus/wire'
import { expand, hashOctets } from './hkdf.ts'
import { noOctets } from './octets.ts'
import type { MlsCrypto } from './ports.ts'

export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array
  readonly ciphertext: Uint8Array
}

export interface HpkeContext {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  /** §5.3 */
  exportSecret(context: Uint8Array): Uint8Array
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const version = text('HPKE-v1')
/** DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256 (§7.1, §7.2). */
const [kemId, kdfId] = [Uint8Array.of(0, 0x20), Uint8Array.of(0, 1)]
const kemSuite = concatOctets(text('KEM'), kemId)
const labels = {
  eaePrk: text('eae_prk'),
  sharedSecret: text('shared_secret'),
  dkpPrk: text('dkp_prk'),
  sk: text('sk'),
  pskIdHash: text('psk_id_hash'),
  infoHash: text('info_hash'),
  secret: text('secret'),
  key: text('key'),
  baseNonce: text('base_nonce'),
  exp: text('exp'),
  sec: text('sec'),
} as const
const nonceOctets = 12

export class Hpke {
  readonly #crypto: MlsCrypto
  readonly #keyOctets: number
  readonly #suite: Uint8Array
  readonly #pskIdHash: Uint8Array
  /** The last `info` with its hash: a commit encrypts to many members under one. */
  #info: { readonly info: Uint8Array; readonly hash: Uint8Array } | undefined

  /** @param aeadId that of §7.3 */
  constructor(crypto: MlsCrypto, aeadId: number, keyOctets: number) {
    this.#crypto = crypto
    this.#keyOctets = keyOctets
    this.#suite = concatOctets(text('HPKE'), kemId, kdfId, Uint8Array.of(0, aeadId))
    this.#pskIdHash = this.#extract(noOctets, this.#suite, labels.pskIdHash, noOctets)
  }

  /** `DeriveKeyPair` (§7.1.3). */
  keyPairOf(keyMaterial: Uint8Array): KeyPair {
    const secret = this.#extract(noOctets, kemSuite, labels.dkpPrk, keyMaterial)
    return this.keyPairWith(this.#expand(secret, kemSuite, labels.sk, noOctets, 32))
  }

  keyPairWith(privateKey: Uint8Array): KeyPair {
    return { publicKey: this.#crypto.x25519PublicKey(privateKey), privateKey }
  }

  /**
   * `SetupBaseS` (§5.1.1); `undefined` if `publicKey` gives no secret.
   * @param ephemeral 32 fresh random octets: the private key of this encapsulation
   */
  sender(
    publicKey: Uint8Array,
    info: Uint8Array,
    ephemeral: Uint8Array,
  ): { readonly kemOutput: Uint8Array; readonly context: HpkeContext } | undefined {
    const shared = this.#crypto.x25519(ephemeral, publicKey)
    if (shared === undefined) return undefined
    const kemOutput = this.#crypto.x25519PublicKey(ephemeral)
    return { kemOutput, context: this.#context(shared, concatOctets(kemOutput, publicKey), info) }
  }

  /** `SetupBaseR`; `undefined` if `kemOutput` gives no secret. */
  receiver({ privateKey, publicKey }: KeyPair, kemOutput: Uint8Array, info: Uint8Array): HpkeContext | undefined {
    const shared = this.#crypto.x25519(privateKey, kemOutput)
    return shared === undefined ? undefined : this.#context(shared, concatOctets(kemOutput, publicKey), info)
  }

  #context(shared: Uint8Array, kemContext: Uint8Array, info: Uint8Array): HpkeContext {
    const extracted = this.#extract(noOctets, kemSuite, labels.eaePrk, shared)
    const kemSecret = this.#expand(extracted, kemSuite, labels.sharedSecret, kemContext, 32)
    if (this.#info?.info !== info)
      this.#info = { info, hash: this.#extract(noOctets, this.#suite, labels.infoHash, info) }
    const schedule = concatOctets(Uint8Array.of(0), this.#pskIdHash, this.#info.hash)
    const secret = this.#extract(kemSecret, this.#suite, labels.secret, noOctets)
    const expanded = (label: Uint8Array, length: number) => this.#expand(secret, this.#suite, label, schedule, length)
    return {
      key: expanded(labels.key, this.#keyOctets),
      nonce: expanded(labels.baseNonce, nonceOctets),
      exportSecret: (context) =>
        this.#expand(expanded(labels.exp, hashOctets), this.#suite, labels.sec, context, hashOctets),
    }
  }

  /** `LabeledExtract` (§4). */
  #extract(salt: Uint8Array, suite: Uint8Array, label: Uint8Array, keyMaterial: Uint8Array): Uint8Array {
    return this.#crypto.hmacSha256(salt, version, suite, label, keyMaterial)
  }

  /** `LabeledExpand` (§4). */
  #expand(secret: Uint8Array, suite: Uint8Array, label: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    return expand(this.#crypto, secret, concatOctets(Uint8Array.of(0, length), version, suite, label, info), length)
  }
}
