/** Keys that a group of agents shares, while members come and go. */
export type { Credential, CredentialValidator } from './credential.ts'
export {
  type Change,
  type Changes,
  type CommitOptions,
  type Committed,
  createGroup,
  createKeyPackage,
  type Extension,
  Group,
  joinExternally,
  joinGroup,
  type Member,
  type MlsHost,
  type OwnKeyPackage,
  readGroup,
  type Received,
} from './group.ts'
export { defaultLimits, type MlsLimits } from './limits.ts'
export type { MlsCrypto } from './ports.ts'
export type { RefusalCode, Refused } from './refusal.ts'
