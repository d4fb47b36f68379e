/** Agents with keys that are made quickly, for tests that need many. */
import assert from 'node:assert/strict'
import { beginKeyLog, type Identity, signDocument } from '@vagus/identity'
import { identityCrypto, signerOf } from '@vagus/transport'

const keys = { x25519: new Uint8Array(32).fill(9), mlKem768: new Uint8Array(1184).fill(1) }

interface Validity {
  readonly iat: number
  readonly exp: number
}
interface Claims {
  readonly epoch?: number
  readonly role?: string
  readonly skills?: readonly string[]
  readonly alsoKnownAs?: readonly string[]
}
const none = { epoch: 0, role: 'worker', skills: [], alsoKnownAs: [] }

/** The agent of that number (0..2^32-2), always the same for the same. Times in seconds since 1970. */
export function identityOf(number: number, { iat, exp, ...claims }: Validity & Claims): Identity {
  const log = beginKeyLog(signer(number), signer(number + 1).publicKey, identityCrypto)
  const draft = { ...none, ...claims, iat, exp, organisation: 0, locators: [], keys }
  const signed = signDocument(draft, log, signer(number), identityCrypto)
  assert.equal(signed.type, 'signed')
  return signed.identity
}

function signer(number: number) {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, number)
  return signerOf(seed)
}
