/** From an agent's seeds and a statement to its signed document, and back. @module */
import {
  type DocumentDraft,
  type Identity,
  type KeyLog,
  readKeyLog,
  signDocument,
  verifyWhenIssued,
} from '@vagus/identity'
import { identityCrypto, signerOf } from '@vagus/transport/identity-crypto'
import { dhKeyOf, kemKeyOf } from '@vagus/transport/key-agreement'
import { KeyringError } from './errors.ts'
import type { Seeds } from './key-files.ts'
import type { DocumentChanges, LocalAgent } from './local-agent.ts'

/** What the owner of the seeds wants signed; the public keys follow from the seeds. */
export type Statement = Omit<DocumentDraft, 'keys'>

export function localAgent(name: string, identity: Identity, { ed25519, x25519, mlKem768 }: Seeds): LocalAgent {
  return { name, identity, signer: signerOf(ed25519), dhKey: dhKeyOf(x25519), kemKey: kemKeyOf(mlKem768) }
}

/** Whether `seeds` hold the key that signed the document. */
export function isKeyOf(seeds: Seeds, { keys }: Identity): boolean {
  return Buffer.from(signerOf(seeds.ed25519).publicKey).equals(keys.ed25519)
}

/** Whether the document's key log names the key of the seed `ed25519`, as the current key or an earlier one. */
export function wasInUse(ed25519: Uint8Array, { keyLog }: Identity): boolean {
  const { publicKey } = signerOf(ed25519)
  return keyLog.some((_, index) => {
    const state = readKeyLog(keyLog.slice(0, index + 1), identityCrypto)
    return 'key' in state && Buffer.from(publicKey).equals(state.key)
  })
}

/**
 * The statement after `before`: one epoch later, valid from `now` (milliseconds since 1970) for as long as `before`
 * was.
 */
export function statementAfter(before: Identity, changes: DocumentChanges, now: number): Statement {
  const iat = Math.floor(now / 1000)
  return {
    epoch: before.epoch + 1,
    iat,
    exp: changes.exp ?? iat + (before.expiresAt - before.issuedAt) / 1000,
    organisation: before.organisation,
    role: changes.role ?? before.role,
    skills: changes.skills ?? before.skills,
    alsoKnownAs: changes.alsoKnownAs ?? before.alsoKnownAs,
    locators: changes.locators ?? before.locators,
    bindings: changes.bindings ?? before.bindings,
  }
}

/** @throws {KeyringError} `refused` if the statement breaks a rule of documents */
export function signStatement(statement: Statement, log: KeyLog, { ed25519, x25519, mlKem768 }: Seeds): Identity {
  const keys = { x25519: dhKeyOf(x25519).publicKey, mlKem768: kemKeyOf(mlKem768).publicKey }
  const outcome = signDocument({ ...statement, keys }, log, signerOf(ed25519), identityCrypto)
  if (outcome.type === 'signed') return outcome.identity
  throw new KeyringError('refused', outcome.because.problem, 'see: vagus id new --help')
}

/** Our own document, even if it has expired: renewing fixes that. @throws {KeyringError} `damaged` */
export function readOwnDocument(path: string, text: string): Identity {
  const read = verifyWhenIssued(text, identityCrypto)
  if (read.type === 'verified') return read.identity
  throw new KeyringError('damaged', `${path}: ${read.because.problem}`, 'put back a copy of it')
}
