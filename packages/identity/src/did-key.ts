/**
 * `did:key`, a name that is a key (W3C CCG did:key 0.9 §3), here for Ed25519:
 *
 *   did:key:z6Mk…   "z" (multibase: base58btc), then the octets ed 01 (multicodec: Ed25519 public key), then the key
 *
 * All such names begin with z6Mk and have 48 characters after the last colon. Keys of other kinds are refused.
 * @module
 */
import { concatOctets } from '@vagus/wire'
import { decodeBase58, encodeBase58 } from './base58.ts'
import { checkEd25519PublicKey } from './ed25519-key.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

/** The name of an agent: `did:key:z6Mk…`. */
export type AgentId = string

const prefix = 'did:key:z'
const ed25519Multicodec = Uint8Array.of(0xed, 0x01)
const agentIdLength = 56

/** The name whose key is `publicKey` (32 octets). */
export function agentIdOf(publicKey: Uint8Array): AgentId {
  if (publicKey.length !== 32) throw new RangeError(`"publicKey" must have 32 octets, got ${publicKey.length}`)
  return prefix + encodeBase58(concatOctets(ed25519Multicodec, publicKey))
}

/**
 * The 32 octets of the Ed25519 key that `id` names.
 * @throws {RefusalError} `malformed` if it is another kind of name, `key` if the key is worthless
 */
export function keyOfId(id: AgentId): Uint8Array<ArrayBuffer> {
  if (id.length !== agentIdLength || !id.startsWith(prefix)) {
    throw new RefusalError(
      'malformed',
      `"${id.slice(0, 80)}" is no agent id; one looks like did:key:z6Mk… (56 characters)`,
    )
  }
  const octets = decodeBase58(id.slice(prefix.length))
  if (octets.length !== 34 || octets[0] !== ed25519Multicodec[0] || octets[1] !== ed25519Multicodec[1]) {
    throw new RefusalError('malformed', `"${id}" names no Ed25519 key; one begins with did:key:z6Mk`)
  }
  const key = octets.slice(2)
  checkEd25519PublicKey(key)
  return key
}

/** Whether `text` is the id of an agent. */
export const isAgentId = (text: string): boolean => publicKeyOf(text) instanceof Uint8Array

/** The 32 octets of the Ed25519 key that `id` names; refused if it names another kind of key, or a worthless one. */
export function publicKeyOf(id: AgentId): Uint8Array | Refused {
  return settle(() => keyOfId(id))
}
