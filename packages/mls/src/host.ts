/** What one agent brings to all its groups. @module */
import type { Signer } from '@vagus/identity'
import type { CredentialValidator } from './credential.ts'
import { defaultLimits, type MlsLimits } from './limits.ts'
import type { MlsCrypto } from './ports.ts'

export interface MlsHost {
  readonly crypto: MlsCrypto
  /** Signs what this agent sends; its public key stands in this agent's leaf. */
  readonly signer: Signer
  readonly validate: CredentialValidator
  /** The external pre-shared key with this id; `undefined` if it is not here. */
  readonly psk?: (id: Uint8Array) => Uint8Array | undefined
  /** Types of extensions that this agent knows besides those of the RFC: it joins no group with others (§13.4). */
  readonly extensions?: readonly number[]
  readonly limits?: Partial<MlsLimits>
}

export const limitsOf = ({ limits }: MlsHost): MlsLimits => ({ ...defaultLimits, ...limits })
