/** What names a request, so that a retry of it can be told from another request. @module */
import { createHash } from 'node:crypto'
import { type A2aRequest, rpcIdOf } from '../wire/a2a-request.ts'
import { valueOf, valuesOf } from '../wire/header-fields.ts'
import type { RequestHead } from '../wire/http-exchange.ts'
import { ProblemError } from '../wire/problem.ts'
import type { LocalRequest } from './local-request.ts'

/**
 * Fields that say who asks. What one user was answered is not for another one, so a request that differs in them is
 * another request, also where it only has a newer token: better executed twice than answered to the wrong one.
 */
const credentialFields = ['authorization', 'cookie', 'x-api-key']

export interface RequestKey {
  readonly id: string
  readonly digest: string
  readonly rpcId: string | undefined
}

/** `undefined`: no other request is taken for this one. */
export function keyOf(
  local: LocalRequest,
  head: RequestHead,
  body: Uint8Array | undefined,
  message: A2aRequest | undefined,
): RequestKey | undefined {
  const { caller, agent } = local
  const credentials = JSON.stringify(credentialFields.map((name) => valuesOf(head.headers, name)))
  const given = valueOf(head.headers, 'idempotency-key')
  if (given !== undefined) {
    const digest = digestOf(head.method, head.target, credentials, Buffer.from(body ?? []).toString('latin1'))
    const rpcId = message?.rpcId ?? (body === undefined ? undefined : rpcIdOf(body))
    return { id: digestOf('key', caller, agent, given), digest, rpcId }
  }
  if (message === undefined) return undefined
  // The digest is part of the name: a client that gave two messages the same id has two messages. So are the target,
  // where tenants differ, and the credentials.
  return {
    id: digestOf('message', caller, agent, head.target, credentials, message.messageId, message.digest),
    digest: message.digest,
    rpcId: message.rpcId,
  }
}

const digestOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

/** @throws {ProblemError} if the request that began with this key was another one */
export function checkDigest(digest: string, key: RequestKey): void {
  if (digest === key.digest) return
  throw new ProblemError('key-reused', 'this Idempotency-Key belongs to another request; take a new one')
}
