/**
 * The key log lets the name of an agent outlive its key. A name is the first key. Each event names the key in use and
 * commits to the digest of the next one, and only the committed key may sign the next event:
 *
 *   event 0   key = the key of the name           next = SHA-256(key 1)                                   signed by key 0
 *   event n   key n, whose digest is `next` n-1   next = SHA-256(key n+1)   previous = SHA-256(event n-1)   signed by key n
 *
 * So a thief of the key in use cannot rotate; the owner can, and thereby shuts the thief out. Not covered: the holder
 * of key 0 can tell a stranger a different history from the start. Those who knew the agent before see the fork
 * (`accept.ts`).
 * @module
 */
import { encodeBase64url } from './base64url.ts'
import { canonicalOctets, type JsonValue, readCanonical } from './canonical.ts'
import { type AgentId, agentIdOf } from './did-key.ts'
import { checkEd25519PublicKey } from './ed25519-key.ts'
import { checkSignature, type CompactJws, readJws, signJws } from './jws.ts'
import { Members } from './members.ts'
import { equalOctets } from './octets.ts'
import type { IdentityCrypto, Signer } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

/** One rotation a month for two and a half years. At the limit the agent must take a new name. */
export const maxKeyEvents = 32

/** Events, oldest first. */
export type KeyLog = readonly CompactJws[]

export interface KeyState {
  readonly id: AgentId
  /** The Ed25519 key in use. */
  readonly key: Uint8Array
  /** SHA-256 of the next key. */
  readonly next: Uint8Array
  /** Rotations so far. */
  readonly sequence: number
}

const eventType = 'vagus-key-event'

/** The log of a new agent: its name is the key of `signer`, and it commits to `nextPublicKey` (32 octets). */
export function beginKeyLog(signer: Signer, nextPublicKey: Uint8Array, crypto: IdentityCrypto): KeyLog {
  return [signEvent(agentIdOf(signer.publicKey), 0, signer, nextPublicKey, undefined, crypto)]
}

/**
 * `log` with one more rotation: from now on the agent signs with `signer`. Refused as `key` if the log commits to
 * another key, as `limit` after `maxKeyEvents`.
 */
export function rotateKey(
  log: KeyLog,
  signer: Signer,
  nextPublicKey: Uint8Array,
  crypto: IdentityCrypto,
): KeyLog | Refused {
  return settle(() => {
    const state = checkKeyLog(log, crypto)
    if (log.length >= maxKeyEvents) throw tooLong(log.length + 1)
    const event = signEvent(state.id, state.sequence + 1, signer, nextPublicKey, log.at(-1), crypto)
    checkEvent(state, event, log.at(-1), crypto)
    return [...log, event]
  })
}

/** The state after the last event of `log`, if every event follows from the one before. */
export function readKeyLog(log: KeyLog, crypto: IdentityCrypto): KeyState | Refused {
  return settle(() => checkKeyLog(log, crypto))
}

/** @throws {RefusalError} */
export function checkKeyLog(log: KeyLog, crypto: IdentityCrypto): KeyState {
  if (log.length > maxKeyEvents) throw tooLong(log.length)
  let state: KeyState | undefined
  for (const [index, event] of log.entries()) state = checkEvent(state, event, log[index - 1], crypto)
  if (state === undefined) throw new RefusalError('malformed', 'the key log is empty')
  return state
}

function tooLong(events: number): RefusalError {
  return new RefusalError('limit', `a key log of ${events} events; at most ${maxKeyEvents} are read`)
}

function checkEvent(
  before: KeyState | undefined,
  event: CompactJws,
  previous: string | undefined,
  crypto: IdentityCrypto,
): KeyState {
  const jws = readJws(event, eventType)
  const members = new Members(readCanonical(jws.payload), 'the key event')
  const sequence = before === undefined ? 0 : before.sequence + 1
  members.literal('version', 1)
  members.literal('sequence', sequence)
  const key = members.octets('key', 32)
  checkEd25519PublicKey(key)
  const id = before?.id ?? agentIdOf(key)
  if (members.text('id', /^did:key:/, 'did:key:z6Mk…') !== id) {
    throw new RefusalError('key', `key event ${sequence} does not belong to ${id}`)
  }
  if (before !== undefined) checkSuccession(before, key, members.octets('previous', 32), previous!, crypto)
  checkSignature(jws, key, crypto)
  return { id, key, next: members.octets('next', 32), sequence }
}

function checkSuccession(
  before: KeyState,
  key: Uint8Array,
  digest: Uint8Array,
  previous: string,
  crypto: IdentityCrypto,
): void {
  if (!equalOctets(crypto.sha256(key), before.next)) {
    throw new RefusalError('key', `key event ${before.sequence} did not commit to the key that follows it`)
  }
  if (!equalOctets(crypto.sha256(new TextEncoder().encode(previous)), digest)) {
    throw new RefusalError('chain', `key event ${before.sequence + 1} does not name the event before it as previous`)
  }
}

function signEvent(
  id: AgentId,
  sequence: number,
  signer: Signer,
  nextPublicKey: Uint8Array,
  previous: string | undefined,
  crypto: IdentityCrypto,
): CompactJws {
  const event: Record<string, JsonValue> = {
    version: 1,
    id,
    sequence,
    key: encodeBase64url(signer.publicKey),
    next: encodeBase64url(crypto.sha256(nextPublicKey)),
  }
  if (previous !== undefined) {
    event['previous'] = encodeBase64url(crypto.sha256(new TextEncoder().encode(previous)))
  }
  return signJws(eventType, canonicalOctets(event), signer)
}
