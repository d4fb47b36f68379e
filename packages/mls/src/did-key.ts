/** Credentials of agents: basic ones with a `did:key`, which names an Ed25519 key. @module */
import { type AgentId, isAgentId, publicKeyOf } from '@vagus/identity'
import type { Credential, CredentialValidator } from './credential.ts'
import { equalOctets } from './octets.ts'

export const agentCredential = (id: AgentId): Credential => ({ type: 'basic', identity: new TextEncoder().encode(id) })

/** `undefined` if the credential names no agent. */
export function agentIdIn(credential: Credential): AgentId | undefined {
  if (!('identity' in credential)) return undefined
  const id = new TextDecoder().decode(credential.identity)
  return isAgentId(id) ? id : undefined
}

/** Believes an agent that signs with the key of its name. Who knows of rotated keys brings a validator of its own. */
export const validateDidKey: CredentialValidator = ({ credential, signatureKey }) => {
  const id = agentIdIn(credential)
  if (id === undefined) return 'the credential names no agent; one looks like did:key:z6Mk…'
  const key = publicKeyOf(id)
  return key instanceof Uint8Array && equalOctets(key, signatureKey)
    ? undefined
    : `the member signs with another key than that of ${id}`
}
