/** Agents made for tests: keys told apart by numbers, one clock. */
import assert from 'node:assert/strict'
import {
  beginKeyLog,
  type DocumentDraft,
  type Identity,
  type KeyLog,
  type Refused,
  type Signer,
  signDocument,
} from '../src/index.ts'
import { nodeCrypto, testSigner } from './node-crypto.ts'

/** Milliseconds since 1970: 2026-09-21. */
export const now = 1_790_000_000_000
export const seconds = now / 1000

export const draft: DocumentDraft = {
  epoch: 1,
  iat: seconds,
  exp: seconds + 86_400,
  organisation: 64_512,
  role: 'report-writer',
  skills: ['report.write', 'report.summarise'],
  keys: { x25519: new Uint8Array(32).fill(9), mlKem768: new Uint8Array(1184).fill(7) },
  locators: [
    { network: 'lan', sequence: 3, addresses: ['udp://192.0.2.1:7601', 'tcp://192.0.2.1:7601'], exp: seconds + 3600 },
    { network: 'wifi', sequence: 1, addresses: ['udp://[2001:db8::1]:7601'], exp: seconds + 600 },
  ],
}

export interface TestAgent {
  readonly signer: Signer
  readonly log: KeyLog
  readonly identity: Identity
}

/** An agent whose first key is `number` and whose next one is `number` + 1. */
export function testAgent(number: number, changes: Partial<DocumentDraft> = {}): TestAgent {
  const signer = testSigner(number)
  const log = beginKeyLog(signer, testSigner(number + 1).publicKey, nodeCrypto)
  return { signer, log, identity: signed({ ...draft, ...changes }, log, signer) }
}

export function signed(from: DocumentDraft, log: KeyLog, signer: Signer): Identity {
  const answer = signDocument(from, log, signer, nodeCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.identity
}

/** The code of a refusal; or the type of what was not refused. */
export function codeOf(answer: { readonly type: string } | Refused): string {
  return 'because' in answer ? answer.because.code : answer.type
}
