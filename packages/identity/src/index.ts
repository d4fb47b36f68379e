/** Who an agent is: its name, its tag, its signed document, and what it lets others do for it. */
export { agentTag, maxOrganisation } from './agent-tag.ts'
export { type AgentId, agentIdOf, publicKeyOf } from './did-key.ts'
export type { IdentityCrypto, Signer } from './ports.ts'
export { type RefusalCode, refusalCodes, type Refused } from './refusal.ts'
