/**
 * What an A2A request is about, as far as continuity needs it: which operation, of which message. Both bindings over
 * HTTP: JSON-RPC (A2A 1.0 §9, and the method names of 0.3) and HTTP+JSON (§11).
 * @module
 */
import { createHash } from 'node:crypto'
import type { RequestHead, Speech } from './http-exchange.ts'
import { type HeaderFields, isJson, valueOf } from './header-fields.ts'
import { jsonObject } from './json-object.ts'

export interface A2aRequest {
  readonly binding: 'jsonrpc' | 'http+json'
  /** `send` gives one response, `stream` events until the task is over. */
  readonly operation: 'send' | 'stream'
  /** The caller's own id of the message: the same one again is a retry (A2A 1.0 §4.1.4). */
  readonly messageId: string
  /** Of the content without the id of the JSON-RPC call, which a retry may change. */
  readonly digest: string
  /** Id of the JSON-RPC call as JSON; `undefined` in HTTP+JSON. */
  readonly rpcId: string | undefined
}

const operations: Readonly<Record<string, A2aRequest['operation']>> = {
  SendMessage: 'send',
  SendStreamingMessage: 'stream',
  'message/send': 'send',
  'message/stream': 'stream',
}

/** What is spoken, by what the request says of itself. */
export function speechOf(method: string, target: string, headers: HeaderFields): Speech {
  if (/^\/mcp([/?]|$)/.test(target) || valueOf(headers, 'mcp-protocol-version') !== undefined) return 'mcp'
  if (valueOf(headers, 'a2a-version') !== undefined || /\/message:(send|stream)(\?|$)/.test(target)) return 'a2a'
  return method === 'POST' && isJson(headers) ? 'a2a' : 'http'
}

/** The message that a request sends; `undefined` when it sends none, or when it is no A2A. */
export function a2aRequestOf({ method, target, speech }: RequestHead, body: Uint8Array): A2aRequest | undefined {
  if (method !== 'POST' || speech !== 'a2a') return undefined
  const content = jsonObject(Buffer.from(body).toString('utf8'))
  if (content === undefined) return undefined
  const rest = /\/message:(send|stream)(\?|$)/.exec(target)
  const binding = rest === null ? 'jsonrpc' : 'http+json'
  const operation = rest === null ? operations[String(content['method'])] : (rest[1] as A2aRequest['operation'])
  const params = rest === null ? content['params'] : content
  const messageId = messageIdOf(params)
  if (operation === undefined || messageId === undefined) return undefined
  const digest = createHash('sha256')
    .update(JSON.stringify([operation, params]))
    .digest('base64url')
  return {
    binding,
    operation,
    messageId,
    digest,
    rpcId: binding === 'jsonrpc' ? JSON.stringify(content['id'] ?? null) : undefined,
  }
}

const cardMethods: ReadonlySet<unknown> = new Set(['GetExtendedAgentCard', 'agent/getAuthenticatedExtendedCard'])

/** Whether a JSON-RPC call asks for an agent card, by its name in 1.0 or 0.3. */
export const asksForCard = (body: Uint8Array): boolean =>
  cardMethods.has(jsonObject(Buffer.from(body).toString('utf8'))?.['method'])

/** The id of a JSON-RPC call, as JSON; `undefined` when it is none. */
export function rpcIdOf(body: Uint8Array): string | undefined {
  const content = jsonObject(Buffer.from(body).toString('utf8'))
  return content?.['jsonrpc'] === undefined ? undefined : JSON.stringify(content['id'] ?? null)
}

function messageIdOf(params: unknown): string | undefined {
  const message = (params as { readonly message?: { readonly messageId?: unknown } } | undefined)?.message
  const id = message?.messageId
  return typeof id === 'string' && id.length > 0 && id.length <= 1024 ? id : undefined
}
