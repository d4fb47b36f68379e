/** Fresh agents for tests; their keys as seeds, so that a process that restarts is the same agent. */
import assert from 'node:assert/strict'
import { beginKeyLog, type CompactJws, type KeyLog, signDocument, verifyDocument } from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, randomOctets, signerOf } from '@vagus/transport'
import type { Lookup, OwnIdentity } from '../src/index.ts'

/** What a process needs to be this agent; for JSON. */
export interface Seeds {
  readonly name: string
  readonly document: CompactJws
  readonly epoch: number
  readonly log: KeyLog
  readonly dh: string
  readonly signing: string
}

export function newSeeds(name: string, addresses: readonly string[] = []): Seeds {
  const [dh, signing] = [hex(randomOctets(32)), hex(randomOctets(32))]
  const log = beginKeyLog(signerOf(octets(signing)), signerOf(randomOctets(32)).publicKey, identityCrypto)
  return withAddresses({ name, document: '', epoch: 0, log, dh, signing }, addresses)
}

/** The same agent with a newer document. */
export function withAddresses(seeds: Seeds, addresses: readonly string[]): Seeds {
  const { name, log, dh, signing } = seeds
  const epoch = seeds.epoch + 1
  const iat = Math.floor(Date.now() / 1000)
  const locators = addresses.length === 0 ? [] : [{ network: 'lan', sequence: epoch, addresses, exp: iat + 3600 }]
  const keys = { x25519: dhKeyOf(octets(dh)).publicKey, mlKem768: newKemKey().publicKey }
  const draft = {
    epoch,
    iat,
    exp: iat + 3600,
    organisation: 0,
    role: name,
    skills: ['skill.of.a.test'],
    keys,
    locators,
  }
  const signed = signDocument(draft, log, signerOf(octets(signing)), identityCrypto)
  assert.ok(signed.type === 'signed', JSON.stringify(signed))
  return { ...seeds, epoch, document: signed.identity.document }
}

export function identityOf({ document, dh, signing }: Seeds): OwnIdentity {
  return { document, rootDocument: '', delegations: [], static: dhKeyOf(octets(dh)), signer: signerOf(octets(signing)) }
}

/** Knows these agents by name and by id. */
export const lookupOf = (...agents: readonly Seeds[]): Lookup => ({
  find: (name) =>
    Promise.resolve(
      agents.filter((agent) => agent.name === name || idOf(agent) === name).map(({ document }) => ({ document })),
    ),
})

function idOf({ document }: Seeds): string {
  const answer = verifyDocument(document, Date.now(), identityCrypto)
  assert.ok(answer.type === 'verified')
  return answer.identity.id
}

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
