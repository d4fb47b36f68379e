/** Agents with real keys for the tests here. */
import { parseAddress } from '@vagus/address'
import { beginKeyLog, type KeyLog, rotateKey, type Signer } from '@vagus/identity'
import { identityCrypto, signerOf } from '@vagus/transport'
import { mobileBlock, signAttachment, type SignedAttachment } from '../src/index.ts'
import type { Attachment } from '../src/index.ts'

export const block = mobileBlock('fd00:77::/48')
export const crypto = identityCrypto

export interface TestAgent {
  readonly log: KeyLog
  readonly signer: Signer
}

const seed = (number: number): Uint8Array => new Uint8Array(32).fill(number)

export function agentWith(number: number): TestAgent {
  const signer = signerOf(seed(number))
  return { signer, log: beginKeyLog(signer, signerOf(seed(number + 100)).publicKey, crypto) }
}

/** The same agent with its next key. */
export function rotated({ log }: TestAgent, number: number): TestAgent {
  const signer = signerOf(seed(number + 100))
  const longer = rotateKey(log, signer, seed(250), crypto)
  if ('type' in longer) throw new Error(longer.because.problem)
  return { signer, log: longer }
}

export const statement = (changes: Partial<Attachment> = {}): Omit<Attachment, 'id'> => ({
  organisation: 0,
  nextHop: parseAddress('2001:db8:1::2'),
  sequence: 7,
  lifetime: 30_000,
  edge: 'pe-1',
  challenge: new Uint8Array(16).fill(9),
  ...changes,
})

export const signed = (agent: TestAgent, changes: Partial<Attachment> = {}): SignedAttachment =>
  signAttachment(statement(changes), agent.log, agent.signer)
