/**
 * An attestation: what a third party says of an agent, signed (a JWS over JCS) with the last key of its key log, so that it
 * verifies without asking anyone:
 *
 *   { "version": 1, "iss": "did:key:z6Mk…", "log": ["…"], "agent": "did:key:z6Mk…", "kind": "spiffe",
 *     "value": "spiffe://example.org/writer", "iat": 1790000000, "exp": 1797776000 }
 *
 * It proves that `iss` says so. Whether `iss` has a say in that network is for the reader to judge.
 * @module
 */
import { type Binding, bindingProblem, type BindingKind, isBindingKind } from './binding.ts'
import { canonicalOctets, readCanonical } from './canonical.ts'
import { type AgentId, keyOfId } from './did-key.ts'
import { checkSignature, type CompactJws, readJws, signJws } from './jws.ts'
import { checkKeyLog, type KeyLog, maxKeyEvents } from './key-log.ts'
import { Members } from './members.ts'
import type { IdentityCrypto, Signer } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { checkValidity, readValidity } from './validity.ts'

const attestationType = 'vagus-binding'
const maxAttestationSeconds = 400 * 86_400

export interface Attestation {
  readonly issuer: AgentId
  readonly agent: AgentId
  readonly kind: BindingKind
  readonly value: string
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
}

/** `attestation` signed by `signer`, the last key of the issuer's `keyLog`. Refused as a verifier would. */
export function signAttestation(
  { agent, kind, value, iat, exp }: Omit<Attestation, 'issuer'>,
  keyLog: KeyLog,
  signer: Signer,
  crypto: IdentityCrypto,
): { readonly type: 'signed'; readonly attestation: CompactJws } | Refused {
  return settle(() => {
    const iss = checkKeyLog(keyLog, crypto).id
    const payload = { version: 1, iss, log: keyLog, agent, kind, value, iat, exp }
    const attestation = signJws(attestationType, canonicalOctets(payload), signer)
    checkAttestation(attestation, iat * 1000, crypto)
    return { type: 'signed', attestation }
  })
}

/** What `text` says at `now` (milliseconds since 1970). */
export function verifyAttestation(
  text: CompactJws,
  now: number,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly attestation: Attestation } | Refused {
  return settle(() => ({ type: 'verified', attestation: checkAttestation(text, now, crypto) }))
}

/** The entry of a document for an attestation that holds. */
export const attestedBinding = ({ kind, value, exp }: Attestation, attested: CompactJws): Binding => ({
  kind,
  value,
  exp,
  attested,
})

/** @throws {RefusalError} */
function checkAttestation(text: CompactJws, now: number, crypto: IdentityCrypto): Attestation {
  const jws = readJws(text, attestationType)
  const members = new Members(readCanonical(jws.payload), 'the attestation')
  members.literal('version', 1)
  const [issuer, agent] = [members.text('iss', ...idForm), members.text('agent', ...idForm)]
  keyOfId(agent)
  if (issuer === agent) throw new RefusalError('chain', `${issuer} attests itself; a third party must`)
  const state = checkKeyLog(members.texts('log', maxKeyEvents, /^/, 'a key event'), crypto)
  if (state.id !== issuer)
    throw new RefusalError('key', `the key log belongs to ${state.id}, the attestation to ${issuer}`)
  checkSignature(jws, state.key, crypto)
  const kind = members.text('kind', /^/, '"spiffe"')
  if (!isBindingKind(kind))
    throw new RefusalError('malformed', `"${kind.slice(0, 32)}" is no kind of binding known here`)
  const value = members.text('value', /^/, '"spiffe://example.org/writer"')
  const problem = bindingProblem(kind, value)
  if (problem !== undefined) throw new RefusalError('malformed', problem)
  const validity = readValidity(members, maxAttestationSeconds)
  checkValidity(validity, now)
  return { issuer, agent, kind, value, ...validity }
}

const idForm = [/^did:key:/, '"did:key:z6Mk…"'] as const
