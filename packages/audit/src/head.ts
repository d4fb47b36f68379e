/**
 * Heads: what an agent signs of its chain at a moment. Who keeps a head can show later that the chain still has in it all
 * that it had then, in its order.
 * @module
 */
import {
  type AgentId,
  canonicalOctets,
  type CompactJws,
  decodeBase64url,
  type IdentityCrypto,
  type JsonValue,
  readKeyLog,
  verifyJws,
  verifyWhenIssued,
} from '@vagus/identity'
import { isObject, type Mark } from './chain.ts'

/** `typ` of the JWS, so that it is taken for nothing else. */
export const headType = 'vagus-audit-head'

export interface Head extends Mark {
  /** Id of the agent that signs. */
  readonly iss: string
  /** When, seconds since 1970 (RFC 7519). */
  readonly iat: number
  /** Where the chain began then: earlier entries had been cut off. */
  readonly after: Mark
}

/** Canonical JSON (RFC 8785). */
export const headPayload = ({ iss, iat, id, hash, after }: Head): Uint8Array =>
  canonicalOctets({ iss, iat, id, hash, after: { id: after.id, hash: after.hash } })

/** Whose signatures count. */
export interface Signing {
  readonly id: AgentId
  /** Ed25519, 32 octets each: the one in use, and those before it, with which older heads were signed. */
  readonly keys: readonly Uint8Array[]
}

/** Of the agent whose identity document it is, also if that has expired since; a text says what is wrong with it. */
export function signingOf(document: CompactJws, crypto: IdentityCrypto): Signing | string {
  const read = verifyWhenIssued(document, crypto)
  if (read.type === 'refused') return read.because.problem
  const { id, keyLog } = read.identity
  const states = keyLog.map((_, at) => readKeyLog(keyLog.slice(0, at + 1), crypto))
  return { id, keys: states.flatMap((state) => ('key' in state ? [state.key] : [])) }
}

/** The head that `jws` is; a text says what is wrong with it. */
export function headOf(jws: CompactJws, { id, keys }: Signing, crypto: IdentityCrypto): Head | string {
  let problem = `no key of ${id} is known`
  for (const key of keys) {
    const read = verifyJws(jws, headType, key, crypto)
    if (read.type === 'refused') {
      problem = read.because.problem
      continue
    }
    const head = headIn(read.payload)
    if (head === undefined) return 'what is signed is no head of a record as this version knows it'
    return head.iss === id ? head : `it is signed by ${id}, and says that it is of ${head.iss}`
  }
  return problem
}

/** Id of the agent that it says it is of, which is not checked; undefined where it is no head. */
export function saidSigner(jws: CompactJws): string | undefined {
  try {
    return headIn(decodeBase64url(jws.split('.')[1] ?? ''))?.iss
  } catch {
    return undefined
  }
}

/** Whose key it is may sign whatever it likes. */
function headIn(payload: Uint8Array): Head | undefined {
  const value = jsonIn(payload)
  if (!isObject(value)) return undefined
  const { iss, iat, after } = value
  return typeof iss === 'string' && isTime(iat) && isMark(value) && isMark(after)
    ? { iss, iat, id: value.id, hash: value.hash, after: { id: after.id, hash: after.hash } }
    : undefined
}

function jsonIn(payload: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as JsonValue // JSON has no other values
  } catch {
    return undefined
  }
}

/** Of times that a `Date` has, seconds since 1970. */
const isTime = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 8.64e12

export const isMark = (value: JsonValue | undefined): value is { readonly id: number; readonly hash: string } =>
  isObject(value) &&
  typeof value['id'] === 'number' &&
  Number.isSafeInteger(value['id']) &&
  typeof value['hash'] === 'string' &&
  /^[0-9a-f]{64}$/.test(value['hash'])
