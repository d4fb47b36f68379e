/** The agents of this host: their keys and documents in files. */
export { KeyringError, type KeyringErrorCode } from './errors.ts'
export { Keyring, maxAgents, type NewAgent } from './keyring.ts'
export type { IntentChanges } from './own-intents.ts'
export type { RosterChanges } from './own-roster.ts'
export { ownAgent, type OwnAgentOptions } from './own-agent.ts'
export { type DocumentChanges, type LocalAgent, ownIdentityOf } from './local-agent.ts'
