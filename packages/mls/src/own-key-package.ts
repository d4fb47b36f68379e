/** Key packages of this agent, with their private keys (RFC 9420 §10). @module */
import { decode, encode, struct, type ValueOf } from '@vagus/wire'
import type { Credential } from './credential.ts'
import { Draws } from './draws.ts'
import type { MlsHost } from './host.ts'
import { keyPackage, signKeyPackage } from './key-package.ts'
import { capabilitiesOf, type LeafDraft, mls10, signLeaf } from './leaf-node.ts'
import { messageOctets } from './message.ts'
import { Suite } from './suite.ts'
import { opaque } from './vectors.ts'

export interface OwnKeyPackage {
  /** For others, who add this agent by it. */
  readonly message: Uint8Array
  /** What `joinGroup` needs, with private keys. Deleted after the join. */
  readonly secrets: Uint8Array
}

export const keyPackageSecrets = struct({ keyPackage, initKey: opaque, encryptionKey: opaque })
export type KeyPackageSecrets = ValueOf<typeof keyPackageSecrets>

/** @throws {DecodeError} */
export const readKeyPackageSecrets = (octets: Uint8Array): KeyPackageSecrets => decode(keyPackageSecrets, octets)

export interface LeafOptions {
  readonly credential: Credential
  /** Milliseconds since 1970; on the wire they are seconds. */
  readonly notBefore: number
  readonly notAfter: number
}

/** The suite of new groups and key packages. */
export const usualSuite = 1

/** Of a leaf that comes from a key package. */
export function leafDraftOf(host: MlsHost, encryptionKey: Uint8Array, options: LeafOptions): LeafDraft {
  const { credential, notBefore, notAfter } = options
  return {
    encryptionKey,
    signatureKey: host.signer.publicKey,
    credential,
    capabilities: capabilitiesOf(credential, host.extensions),
    source: { type: 'key_package', notBefore: secondsOf(notBefore), notAfter: secondsOf(notAfter) },
    extensions: [],
  }
}

const secondsOf = (time: number): bigint => BigInt(Math.floor(time / 1000))

/**
 * A key package, for one join.
 * @param how.random 32 fresh random octets
 */
export function createKeyPackage(host: MlsHost, how: LeafOptions & { readonly random: Uint8Array }): OwnKeyPackage {
  const suite = new Suite(host.crypto, usualSuite)
  const draws = new Draws(host.crypto, how.random)
  const [init, encryption] = [suite.hpke.keyPairOf(draws.next()), suite.hpke.keyPairOf(draws.next())]
  const leafNode = signLeaf(suite, host.signer, leafDraftOf(host, encryption.publicKey, how))
  const draft = { version: mls10, cipherSuite: suite.number, initKey: init.publicKey, leafNode, extensions: [] }
  const signed = signKeyPackage(suite, host.signer, draft)
  return {
    message: messageOctets({ type: 'keyPackage', content: signed }),
    secrets: encode(keyPackageSecrets, {
      keyPackage: signed,
      initKey: init.privateKey,
      encryptionKey: encryption.privateKey,
    }),
  }
}
