/** What must be true of a leaf and of a key package (RFC 9420 §7.3, §10.1). @module */
import type { Credential } from './credential.ts'
import { isDefaultExtension, octetsOf } from './extension.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { isSignedKeyPackage, type KeyPackage } from './key-package.ts'
import { isSignedLeaf, type LeafNode, type LeafPlace, type LeafSource, mls10 } from './leaf-node.ts'
import { equalOctets } from './octets.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'

export interface LeafExpectation {
  readonly source: LeafSource['type']
  /** Not of a key package. */
  readonly place?: LeafPlace
  /** The leaf that this one replaces. */
  readonly previous?: LeafNode | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly lifetime: LifetimeRule
}

/**
 * What this agent sends must be valid `now`. What it receives may have been valid when it was sent, so that lifetimes may
 * be missed by `slack`. Of a tree that it joins, and of a leaf without a lifetime, `any` will do (§7.3).
 */
export type LifetimeRule = 'now' | 'slack' | 'any'

/** Clocks differ, and messages wait: milliseconds. */
const lifetimeSlack = 3_600_000

/** @throws {RefusalError} that says which rule is broken */
export function checkLeaf(suite: Suite, host: MlsHost, leaf: LeafNode, expected: LeafExpectation): void {
  const { source, previous, now, lifetime } = expected
  const { credential, signatureKey } = leaf
  if (leaf.source.type !== source) {
    throw new RefusalError('tree', `the source of the leaf is ${leaf.source.type}, not ${source} (§7.3)`)
  }
  if (leaf.encryptionKey.length !== 32) {
    throw new RefusalError('key', `an X25519 key has 32 octets, not ${leaf.encryptionKey.length}`)
  }
  checkCapabilities(suite, host, leaf)
  if (previous !== undefined && equalOctets(previous.encryptionKey, leaf.encryptionKey)) {
    throw new RefusalError('key', 'the new leaf has the encryption key of the one it replaces (§7.3)')
  }
  if (lifetime !== 'any' && leaf.source.type === 'key_package') {
    checkLifetime(host, leaf.source, now, lifetime === 'now' ? 0 : lifetimeSlack)
  }
  if (!isSignedLeaf(suite, leaf, expected.place)) {
    throw new RefusalError('signature', 'the signature of the leaf does not fit (§7.3)')
  }
  checkSuccessor(credential, previous?.credential)
  const claim = { credential, signatureKey, now }
  const problem = host.validate(previous === undefined ? claim : { ...claim, previous })
  if (problem !== undefined) throw new RefusalError('credential', problem)
}

function checkCapabilities(suite: Suite, host: MlsHost, { extensions, capabilities }: LeafNode): void {
  const { extensionOctets } = limitsOf(host)
  if (octetsOf(extensions) > extensionOctets) {
    throw new RefusalError('limit', `extensions of a leaf have at most ${extensionOctets} octets`)
  }
  const unknown = extensions.find(({ type }) => !isDefaultExtension(type) && !capabilities.extensions.includes(type))
  if (unknown !== undefined) {
    const problem = `the leaf has the extension ${unknown.type}, which is not in its capabilities (§7.3)`
    throw new RefusalError('unsupported', problem)
  }
  if (!capabilities.versions.includes(mls10) || !capabilities.cipherSuites.includes(suite.number)) {
    throw new RefusalError('unsupported', `the leaf does not support version 1 with cipher suite ${suite.number}`)
  }
}

/**
 * A leaf stays that of the same agent. Without this, whoever may come in by an external commit could put itself in the
 * place of any member (§12.2), if the validator does not look at what was there before.
 */
function checkSuccessor(credential: Credential, previous: Credential | undefined): void {
  if (previous === undefined || !('identity' in previous)) return
  if (!('identity' in credential) || !equalOctets(credential.identity, previous.identity)) {
    throw new RefusalError('credential', 'the new leaf is of somebody else than the one that it replaces (§12.1.2)')
  }
}

function checkLifetime(host: MlsHost, source: LeafSource & { type: 'key_package' }, now: number, slack: number): void {
  const [from, to] = [Number(source.notBefore) * 1000, Number(source.notAfter) * 1000]
  if (now < from - slack || now > to + slack) {
    throw new RefusalError(
      'credential',
      `the key package is valid from ${textOfTime(from)} to ${textOfTime(to)} (§7.2)`,
    )
  }
  const { lifetime } = limitsOf(host)
  if (to - from > lifetime) {
    throw new RefusalError('limit', `a key package lives at most ${Math.round(lifetime / 86_400_000)} days (§7.2)`)
  }
}

/** Beyond the times that a date can have, the number. */
const textOfTime = (time: number): string => (time < 8.64e15 ? new Date(time).toISOString() : `${time / 1000} s`)

/** @throws {RefusalError} */
export function checkKeyPackage(
  suite: Suite,
  host: MlsHost,
  value: KeyPackage,
  now: number,
  lifetime: LifetimeRule,
): void {
  const { cipherSuite, initKey, leafNode } = value
  if (cipherSuite !== suite.number) {
    throw new RefusalError(
      'unsupported',
      `the key package is for cipher suite ${cipherSuite}, not ${suite.number} (§10.1)`,
    )
  }
  if (initKey.length !== 32) throw new RefusalError('key', `an X25519 key has 32 octets, not ${initKey.length}`)
  if (equalOctets(initKey, leafNode.encryptionKey)) {
    throw new RefusalError('key', 'the init key and the encryption key of the key package are one key (§10.1)')
  }
  if (octetsOf(value.extensions) > limitsOf(host).extensionOctets) {
    throw new RefusalError('limit', `extensions of a key package have at most ${limitsOf(host).extensionOctets} octets`)
  }
  if (!isSignedKeyPackage(suite, value)) {
    throw new RefusalError('signature', 'the signature of the key package does not fit (§10.1)')
  }
  checkLeaf(suite, host, leafNode, { source: 'key_package', now, lifetime })
}
