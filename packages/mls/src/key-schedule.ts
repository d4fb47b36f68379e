/** From one epoch to the secrets of the next (RFC 9420 §8), and what follows from them. @module */
import { hashOctets } from './hkdf.ts'
import type { KeyPair } from './hpke.ts'
import { nonceOctets, type Suite } from './suite.ts'
import { noOctets } from './octets.ts'

/** The secrets of an epoch that live on; the others are used at once. */
export interface EpochSecrets {
  readonly senderData: Uint8Array
  readonly exporter: Uint8Array
  readonly external: Uint8Array
  readonly confirmation: Uint8Array
  readonly membership: Uint8Array
  readonly resumption: Uint8Array
  readonly authenticator: Uint8Array
  readonly init: Uint8Array
}

const secretLabels = {
  senderData: 'sender data',
  exporter: 'exporter',
  external: 'external',
  confirmation: 'confirm',
  membership: 'membership',
  resumption: 'resumption',
  authenticator: 'authentication',
  init: 'init',
} as const satisfies Record<keyof EpochSecrets, string>
export const secretNames = Object.keys(secretLabels) as readonly (keyof EpochSecrets)[]

export const noSecret: Uint8Array = new Uint8Array(hashOctets)

export function joinerSecretOf(
  suite: Suite,
  initSecret: Uint8Array,
  commitSecret: Uint8Array,
  context: Uint8Array,
): Uint8Array {
  return suite.expandWithLabel(suite.extract(initSecret, commitSecret), 'joiner', context, hashOctets)
}

const memberSecretOf = (suite: Suite, joinerSecret: Uint8Array, pskSecret: Uint8Array): Uint8Array =>
  suite.extract(joinerSecret, pskSecret)

/** What the group info of a welcome is encrypted with (§12.4.3.1). */
export function welcomeKeyOf(suite: Suite, joinerSecret: Uint8Array, pskSecret: Uint8Array) {
  const secret = suite.deriveSecret(memberSecretOf(suite, joinerSecret, pskSecret), 'welcome')
  return {
    key: suite.expandWithLabel(secret, 'key', noOctets, suite.keyOctets),
    nonce: suite.expandWithLabel(secret, 'nonce', noOctets, nonceOctets),
  }
}

export function epochSecretOf(
  suite: Suite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
  context: Uint8Array,
): Uint8Array {
  return suite.expandWithLabel(memberSecretOf(suite, joinerSecret, pskSecret), 'epoch', context, hashOctets)
}

/** @returns the secrets, and the one of the secret tree (§9), which must not be kept */
export function secretsOf(
  suite: Suite,
  epochSecret: Uint8Array,
): { readonly secrets: EpochSecrets; readonly encryption: Uint8Array } {
  const entries = secretNames.map((name) => [name, suite.deriveSecret(epochSecret, secretLabels[name])] as const)
  const secrets = Object.fromEntries(entries) as unknown as EpochSecrets // sound: the names are those of the table
  return { secrets, encryption: suite.deriveSecret(epochSecret, 'encryption') }
}

/** What both sides of an external commit export from HPKE, for the init secret (§8.3). */
export const externalInitLabel: Uint8Array = new TextEncoder().encode('MLS 1.0 external init secret')

/** The key pair of external commits (§8.3). */
export const externalPairOf = (suite: Suite, { external }: EpochSecrets): KeyPair => suite.hpke.keyPairOf(external)

/** §8.5 */
export function exportedSecret(
  suite: Suite,
  { exporter }: EpochSecrets,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return suite.expandWithLabel(suite.deriveSecret(exporter, label), 'exported', suite.hash(context), length)
}
