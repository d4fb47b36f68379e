/** Signed documents of agents, always the same for the same numbers. */
import assert from 'node:assert/strict'
import { beginKeyLog, rotateKey, signDocument, type DocumentDraft, type KeyLog } from '@vagus/identity'
import { identityCrypto, signerOf } from '@vagus/transport'

export interface DocumentOptions {
  /** The agent's keys are of `first` and the number after it. */
  readonly first?: number
  /** For how long it holds. */
  readonly days?: number
  readonly rotated?: boolean
  readonly locators?: DocumentDraft['locators']
  readonly role?: string
  readonly skills?: readonly string[]
}

/** The key of that number; an agent's id is of its first one. */
export const signer = (number: number) => signerOf(new Uint8Array(32).fill(number))
const keys = { x25519: new Uint8Array(32).fill(9), mlKem768: new Uint8Array(1184).fill(1) }

/** @param now milliseconds since 1970 */
export function documentOf(
  name: string,
  epoch: number,
  now: number,
  { first = 1, days = 1, rotated = false, locators = [], role = 'worker', skills = [] }: DocumentOptions = {},
): string {
  const log = beginKeyLog(signer(first), signer(first + 1).publicKey, identityCrypto)
  const next = rotated
    ? (rotateKey(log, signer(first + 1), signer(first + 2).publicKey, identityCrypto) as KeyLog)
    : log
  const iat = Math.floor(now / 1000)
  const draft: DocumentDraft = {
    epoch,
    iat,
    exp: iat + days * 86_400,
    organisation: 0,
    role,
    skills,
    alsoKnownAs: [`vagus:${name}`],
    keys,
    locators,
  }
  const signed = signDocument(draft, next, signer(rotated ? first + 1 : first), identityCrypto)
  assert.equal(signed.type, 'signed')
  return signed.identity.document
}
