/** Who an agent is: its name, its tag, its signed document, and what it delegates to others. */
export { acceptRoster, type RosterAcceptance } from './accept-roster.ts'
export { type Acceptance, acceptDocument, refusalOfNewer, relationOf } from './accept.ts'
export { agentNameOf, aliasOf, isAgentName, nameRule } from './agent-name.ts'
export { agentTag } from './agent-tag.ts'
export { type Attestation, attestedBinding, signAttestation, verifyAttestation } from './attestation.ts'
export { decodeBase64url, encodeBase64url } from './base64url.ts'
export {
  type Binding,
  type BindingKind,
  bindingKinds,
  bindingProblem,
  isBindingKind,
  isWeak,
  maxBindings,
  serialHash,
} from './binding.ts'
export {
  type BindingEvidence,
  type BindingProof,
  documentEvidence,
  type ResolvedBinding,
  resolveBindings,
  type Trusts,
} from './binding-evidence.ts'
export { canonicalOctets, canonicalText, type JsonValue, maxJsonDepth } from './canonical.ts'
export { type Capability, covers } from './capability.ts'
export { claimedVersionOf } from './claimed-version.ts'
export { type Delegation, delegationIssuer, signDelegation } from './delegation.ts'
export { type Mandate, verifyDelegations } from './delegation-chain.ts'
export { type AgentId, agentIdOf, isAgentId, publicKeyOf } from './did-key.ts'
export { type Identity, maxSkills, rolePattern, skillPattern, verifyDocument, verifyWhenIssued } from './document.ts'
export { type CompactJws, signJws, verifyJws } from './jws.ts'
export { beginKeyLog, type KeyLog, type KeyState, maxKeyEvents, readKeyLog, rotateKey } from './key-log.ts'
export { liveLocators, type Locator } from './locator.ts'
export type { IdentityCrypto, Signer } from './ports.ts'
export type { RefusalCode, Refused } from './refusal.ts'
export { nextRoleEnd, rolesAt, type RoleTerm } from './role-term.ts'
export {
  maxPolicyOctets,
  maxRosterCharacters,
  type Member,
  type Others,
  type Quarantine,
  type Roster,
  usualRosterSeconds,
  verifyRoster,
  verifyRosterWhenIssued,
} from './roster.ts'
export type { ServiceRule } from './service-rule.ts'
export { type DocumentDraft, signDocument } from './sign-document.ts'
export { type RosterDraft, signRoster } from './sign-roster.ts'
export { clockSkewSeconds } from './validity.ts'
