/**
 * What an owner says about its domain, signed (a JWS over JCS) with the last key of its key log, so that it verifies without
 * asking anyone: a roster, or a set of intents. All have these members, and others of their own:
 *
 *   { "version": 1, "owner": "did:key:z6Mk…", "log": ["…"], "epoch": 7, "iat": 1790000000, "exp": 1797776000, … }
 *
 * @module
 */
import { relationOf } from './accept.ts'
import { readCanonical } from './canonical.ts'
import { type AgentId, keyOfId } from './did-key.ts'
import { checkSignature, type CompactJws, readJws } from './jws.ts'
import { checkKeyLog, type KeyLog, maxKeyEvents } from './key-log.ts'
import { Members } from './members.ts'
import type { IdentityCrypto } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { readValidity } from './validity.ts'

export { namePattern } from './agent-name.ts'
export { encodeBase64url } from './base64url.ts'
export { Members } from './members.ts'
export { RefusalError, settle } from './refusal.ts'
export { checkKeyLog } from './key-log.ts'
export { checkValidity } from './validity.ts'

const idPattern = /^did:key:/

export interface Statement {
  readonly owner: AgentId
  readonly keyLog: KeyLog
  /** Grows with every statement of that kind that the owner signs. */
  readonly epoch: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** The signed statement itself, to keep and to pass on. */
  readonly jws: CompactJws
}

/** A kind of statement. */
export interface StatementKind {
  /** `typ` of the JWS. */
  readonly type: string
  /** In refusals: "the roster". */
  readonly what: string
  /** Longer ones are not read. */
  readonly maxCharacters: number
  /** For which one may be signed. */
  readonly maxSeconds: number
}

/** Names of the members that every statement has. */
export const statementMembers = ['version', 'owner', 'log', 'epoch', 'iat', 'exp'] as const

/**
 * What `jws` says, and what every statement says; whether it has expired is for the caller. The signature is checked before
 * anything else is read: there may be thousands of members.
 * @throws {RefusalError}
 */
export function readStatement(
  jws: CompactJws,
  { type, what, maxCharacters, maxSeconds }: StatementKind,
  crypto: IdentityCrypto,
): { readonly statement: Statement; readonly members: Members } {
  if (jws.length > maxCharacters)
    throw new RefusalError('limit', `${what} has ${jws.length} characters; at most ${maxCharacters} are read`)
  const read = readJws(jws, type)
  const members = new Members(readCanonical(read.payload), what)
  members.literal('version', 1)
  const owner = members.text('owner', idPattern, '"did:key:z6Mk…"')
  keyOfId(owner)
  const keyLog = members.texts('log', maxKeyEvents, /^/, 'a key event')
  const state = checkKeyLog(keyLog, crypto)
  if (state.id !== owner) throw new RefusalError('key', `the key log belongs to ${state.id}, ${what} to ${owner}`)
  checkSignature(read, state.key, crypto)
  const { iat, exp } = readValidity(members, maxSeconds)
  const epoch = members.integer('epoch', 0, Number.MAX_SAFE_INTEGER)
  return { statement: { owner, keyLog, epoch, issuedAt: iat * 1000, expiresAt: exp * 1000, jws }, members }
}

/** `accepted`: `statement` is the one to keep. `unchanged`: it is already known. */
export type StatementAcceptance<Kind extends Statement> =
  | { readonly type: 'accepted' | 'unchanged'; readonly statement: Kind }
  | Refused

/**
 * Compares `next` with `known`, the last one accepted, or `undefined`. Both are verified; `known` may have expired. Refused
 * as `chain` if it is another owner's, and as `rollback` if it is older or forks the owner's history. A rotation of the
 * owner's key beats any epoch, as with documents: a thief of the key before may have signed the highest.
 * @param what "roster", "set of intents"
 */
export function acceptStatement<Kind extends Statement>(
  known: Kind | undefined,
  next: Kind,
  what: string,
): StatementAcceptance<Kind> {
  return settle(() => {
    if (known === undefined) return { type: 'accepted', statement: next }
    if (known.jws === next.jws) return { type: 'unchanged', statement: known }
    if (known.owner !== next.owner)
      throw new RefusalError('chain', `is the ${what} of ${next.owner}, not of ${known.owner}`)
    const relation = relationOf(known, next)
    if (relation !== 'newer') throw new RefusalError('rollback', rollbackOf(known, next, relation, what))
    return { type: 'accepted', statement: next }
  })
}

function rollbackOf(known: Statement, next: Statement, relation: 'same' | 'older' | 'fork', what: string): string {
  if (relation === 'fork') return "the owner's key log does not continue the known one"
  if (next.keyLog.length < known.keyLog.length)
    return "the owner's key log is older than the known one, which has been rotated since"
  if (relation === 'older') return `epoch ${next.epoch} is below ${known.epoch}, which is known already`
  return `another ${what} of epoch ${next.epoch} is known already; the next one needs a higher epoch`
}
