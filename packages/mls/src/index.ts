/** Keys that a group of agents shares, while members come and go. */
export type { Change } from './change.ts'
export type { CommitOptions } from './create-commit.ts'
export type { Credential, CredentialValidator } from './credential.ts'
export { agentCredential, agentIdIn, validateDidKey } from './did-key.ts'
export type { Extension } from './extension.ts'
export type { ExternalOptions } from './external.ts'
export {
  type Committed,
  createGroup,
  Group,
  type GroupOptions,
  joinExternally,
  joinGroup,
  readGroup,
  type Received,
  type Waiting,
} from './group.ts'
export type { MlsHost } from './host.ts'
export type { WelcomeOptions } from './join.ts'
export { defaultLimits, type MlsLimits } from './limits.ts'
export type { Changes, Member } from './member.ts'
export { createKeyPackage, type LeafOptions, type OwnKeyPackage } from './own-key-package.ts'
export type { MlsCrypto } from './ports.ts'
export type { ApplicationMessage } from './receive.ts'
export type { RefusalCode, Refused } from './refusal.ts'
