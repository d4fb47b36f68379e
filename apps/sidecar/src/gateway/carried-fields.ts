/**
 * Which fields pass the gateway, in both directions. Only those that are named here: what else a caller writes may be what some
 * server takes for the word of a proxy (`X-Forwarded-User`, `Vagus-Outsider`), and what else a server writes may be of its own
 * house (`Server`), or act on the whole site of the gateway (`Set-Cookie`, `Clear-Site-Data`). The token is not among them.
 * @module
 */
import type { HeaderFields } from '../wire/header-fields.ts'
import { ProblemError } from '../wire/problem.ts'

/** RFC 9110 and 9111, and those of A2A and MCP. */
const request = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'idempotency-key',
  'last-event-id',
  'prefer',
  'range',
  'user-agent',
])
const response = new Set([
  'accept-ranges',
  'age',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'vary',
])
const ofProtocols = /^(?:x-)?a2a-[a-z0-9-]+$|^mcp-[a-z0-9-]+$/

/** What has calls kept for whoever comes back: of strangers, who are nobody, none is. */
const ofReturning = /^(?:idempotency-key|last-event-id)$/i
/** What is answered to these is no whole card (RFC 9110 §13, §14). */
const ofParts = /^(?:if-.*|range)$/i

/** @param from `stranger`: who proves nothing, and asks for what is for everybody */
export const carriedTo =
  (from: 'caller' | 'stranger') =>
  (given: HeaderFields): HeaderFields =>
    given.filter(
      ([name]) => passes(name, request) && (from === 'caller' || !(ofReturning.test(name) || ofParts.test(name))),
    )

/**
 * @throws {ProblemError} where the agent's server asks for credentials of its own: a client would take that for a challenge of
 * the gateway, and bring the same token again and again
 */
export function carriedFrom(status: number, given: HeaderFields): HeaderFields {
  if (status === 401 || status === 407)
    throw new ProblemError(
      'failed',
      `the agent's own server asks for credentials (${status}), and tokens of callers are not passed on; it must take the word of its side-car`,
    )
  return given.filter(([name]) => passes(name, response))
}

function passes(name: string, names: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase()
  return names.has(lower) || ofProtocols.test(lower)
}
