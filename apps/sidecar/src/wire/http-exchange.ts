/**
 * HTTP inside an exchange (RFC 9110 semantics), protocol `vagus-http/1`. The head of the exchange is the head of the
 * request; then, in messages:
 *
 *   caller → server   octets of the request's body, then the end
 *   server → caller   1                  the local server is about to see the request: from here on it is not repeated
 *                     2 JSON             head of the response
 *                     3 octets           a piece of its body
 *                     4 octets           one server-sent event, with the blank line that ends it
 *                     5 JSON             a problem (RFC 9457) of the side-car over there, in place of a response,
 *                                        or of what is missing of it
 *
 * What a gateway asks for somebody outside is the same under `vagus-http-outside/1`, with that somebody in its head: a side-car
 * from before would take it for the gateway's own, and serves no such protocol.
 *
 * The end of the exchange is the end of the response. Header fields are pairs in the order and case in which they came;
 * those that belong to one connection only (RFC 9110 §7.6.1) are left out.
 * @module
 */
import type { Outsider } from '@vagus/access'
import { readTraceparent } from '@vagus/signals'
import { contentLengthOf, type HeaderFields, withoutConnection } from './header-fields.ts'
import { readOutsider } from './outsider.ts'
import type { Problem } from './problem.ts'

export const protocol = 'vagus-http/1'
export const outsideProtocol = 'vagus-http-outside/1'
/** Of an exchange, and of HTTP on both sides; longer heads of requests are answered with 431, of responses with 502. */
export const maxHeadOctets = 65_536
/** Of one head, without those of the connection; more are answered as longer heads are. */
export const maxFields = 1000
/** Of a message of an exchange. Pieces are smaller, so that urgent streams get in between. */
export const pieceOctets = 131_072

/** What is spoken inside: it decides what a broken connection to the local program means. */
export type Speech = 'a2a' | 'mcp' | 'http'

export interface RequestHead {
  readonly method: string
  /** Path and query, below the agent: `/a2a/jsonrpc?x=1`. */
  readonly target: string
  readonly headers: HeaderFields
  readonly speech: Speech
  /** `traceparent` of the side-car that calls, whatever the program's own is; `undefined`: it does not trace. */
  readonly trace?: string
  /** For whom a gateway asks. */
  readonly outsider?: Outsider
}

export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly headers: HeaderFields
  /** What the side-car over there exposes, for addresses in agent cards: `http://127.0.0.1:9000/base`. */
  readonly exposed: string
}

export type ResponseMessage =
  | { readonly type: 'begun' }
  | { readonly type: 'head'; readonly head: ResponseHead }
  | { readonly type: 'body'; readonly octets: Uint8Array }
  | { readonly type: 'event'; readonly octets: Uint8Array }
  | { readonly type: 'problem'; readonly problem: Problem }

const kinds = ['begun', 'head', 'body', 'event', 'problem'] as const
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const encodeRequestHead = (head: RequestHead): Uint8Array => encoder.encode(JSON.stringify(head))

/** `undefined` when the other side sent something else. */
export function decodeRequestHead(octets: Uint8Array): RequestHead | undefined {
  const head = jsonOf(octets) as Partial<RequestHead> | undefined
  const { method, target, headers, speech, trace, outsider: told } = head ?? {}
  const outsider = told === undefined ? undefined : readOutsider(told)
  if (told !== undefined && outsider === undefined) return undefined // it must not become the gateway's own
  if (typeof method !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/.test(method)) return undefined
  if (method === 'CONNECT') return undefined // it asks for a tunnel, not for a response
  if (typeof target !== 'string' || !/^\/[!-~]*$/.test(target)) return undefined
  if (!areFields(headers)) return undefined
  return {
    method,
    target,
    headers: withoutConnection(headers),
    speech: speech === 'a2a' || speech === 'mcp' ? speech : 'http',
    ...(typeof trace === 'string' && readTraceparent(trace) !== undefined ? { trace } : {}),
    ...(outsider === undefined ? {} : { outsider }),
  }
}

export function encodeResponseMessage(message: ResponseMessage): Uint8Array {
  const content =
    message.type === 'body' || message.type === 'event'
      ? message.octets
      : message.type === 'begun'
        ? new Uint8Array(0)
        : encoder.encode(JSON.stringify(message.type === 'head' ? message.head : message.problem))
  const octets = new Uint8Array(1 + content.length)
  octets[0] = kinds.indexOf(message.type) + 1
  octets.set(content, 1)
  return octets
}

/** `undefined` when the other side sent something else. */
export function decodeResponseMessage(octets: Uint8Array): ResponseMessage | undefined {
  const type = kinds[(octets[0] ?? 0) - 1]
  const content = octets.subarray(1)
  if (type === 'body' || type === 'event') return { type, octets: content }
  if (type === 'head') return readHead(jsonOf(content) as Partial<ResponseHead> | undefined)
  if (type === 'problem') return readProblem(jsonOf(content) as Partial<Problem> | undefined)
  return type === 'begun' ? { type } : undefined
}

function readHead(head: Partial<ResponseHead> | undefined): ResponseMessage | undefined {
  const { status, reason, headers, exposed } = head ?? {}
  if (!isStatus(status, 200) || typeof reason !== 'string' || !fieldText.test(reason) || !areFields(headers))
    return undefined
  const kept = withoutConnection(headers)
  return { type: 'head', head: { status, reason, headers: kept, exposed: typeof exposed === 'string' ? exposed : '' } }
}

function readProblem(problem: Partial<Problem> | undefined): ResponseMessage | undefined {
  const { status, title, detail, type } = problem ?? {}
  if (!isStatus(status, 400)) return undefined
  if (typeof title !== 'string' || typeof detail !== 'string' || typeof type !== 'string') return undefined
  return { type: 'problem', problem: { type, title, status, detail } }
}

const isStatus = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= 599

/** Visible octets, spaces and tabs (RFC 9110 §5.5). */
const fieldText = /^[\t -~\u0080-\u00ff]*$/

/** What may stand in header fields (RFC 9110 §5.1, §5.5, §8.6): anything else would let a peer write another message. */
function areFields(value: unknown): value is HeaderFields {
  return (
    Array.isArray(value) &&
    value.length <= maxFields &&
    value.every(
      (field) =>
        Array.isArray(field) &&
        field.length === 2 &&
        typeof field[0] === 'string' &&
        /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(field[0]) &&
        typeof field[1] === 'string' &&
        fieldText.test(field[1]),
    ) &&
    !Number.isNaN(contentLengthOf(value as HeaderFields))
  )
}

function jsonOf(octets: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(octets))
  } catch {
    return undefined
  }
}
