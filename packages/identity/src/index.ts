/** Who an agent is: its name, its tag, its signed document, and what it delegates to others. */
export { type Acceptance, acceptDocument, refusalOfNewer, relationOf } from './accept.ts'
export { agentNameOf, aliasOf, isAgentName, nameRule } from './agent-name.ts'
export { agentTag, maxOrganisation } from './agent-tag.ts'
export { canonicalOctets, canonicalText, type JsonValue, maxJsonDepth } from './canonical.ts'
export { type Capability, covers } from './capability.ts'
export {
  type Delegation,
  maxAudience,
  maxCapabilities,
  maxDelegationCharacters,
  maxDelegationSeconds,
  maxHops,
  signDelegation,
} from './delegation.ts'
export { type Mandate, verifyDelegations } from './delegation-chain.ts'
export { type AgentId, agentIdOf, publicKeyOf } from './did-key.ts'
export {
  type Identity,
  maxAliases,
  maxDocumentCharacters,
  maxDocumentSeconds,
  maxSkills,
  skillPattern,
  verifyDocument,
  verifyWhenIssued,
} from './document.ts'
export { type CompactJws, signJws, verifyJws } from './jws.ts'
export { beginKeyLog, type KeyLog, type KeyState, maxKeyEvents, readKeyLog, rotateKey } from './key-log.ts'
export { liveLocators, type Locator, maxAddresses, maxLocators } from './locator.ts'
export type { IdentityCrypto, Signer } from './ports.ts'
export { type RefusalCode, refusalCodes, type Refused } from './refusal.ts'
export { type DocumentDraft, signDocument } from './sign-document.ts'
export { clockSkewSeconds } from './validity.ts'
