/**
 * What a request is about, as observers are told: protocol, method and tool, by the semantic conventions of OpenTelemetry for
 * HTTP, RPC and MCP. Nothing else of the content is told, no value of a field, and no path, which may have secrets.
 * @module
 */
import type { Attributes } from '@vagus/signals'
import { a2aOperationAt, a2aOperationNamed } from '../roster/a2a-operations.ts'
import { contentLengthOf, isIdentityCoded, isJson, valueOf } from '../wire/header-fields.ts'
import type { RequestHead, Speech } from '../wire/http-exchange.ts'
import { jsonObject } from '../wire/json-object.ts'

export interface Spoken {
  /** Of the span: `tools/call search`, `SendMessage`, `GET`. */
  readonly name: string
  readonly protocol: Speech
  readonly attributes: Attributes
  /** `params._meta.traceparent` of a call of MCP (2026-07-28, "Trace context"). */
  readonly traceparent: string | undefined
}

/** Octets of a request of MCP that is read whole to tell what it calls; of a longer one only its fields tell. */
const maxPeekedOctets = 65_536
/** Longest name that is told: it is a stranger's. */
const maxName = 100

/** Whether the content is worth to be waited for, which otherwise passes as it comes. */
export function isPeeked({ method, headers, speech }: RequestHead): boolean {
  const length = contentLengthOf(headers)
  const isShort = length !== undefined && length > 0 && length <= maxPeekedOctets
  return method === 'POST' && speech === 'mcp' && isShort && isJson(headers) && isIdentityCoded(headers)
}

/** @param body undefined where it was not read */
export function spokenOf(head: RequestHead, body: Uint8Array | undefined): Spoken {
  const content = body === undefined || body.length === 0 ? undefined : jsonObject(Buffer.from(body).toString('utf8'))
  return head.speech === 'mcp' ? mcpSpoken(head, content) : a2aSpoken(head, content)
}

function mcpSpoken({ method, headers }: RequestHead, content: Content | undefined): Spoken {
  const called = textIn(content?.['method']) ?? textIn(valueOf(headers, 'mcp-method'))
  const params = objectIn(content?.['params'])
  const isTool = called === 'tools/call'
  const tool = isTool ? (textIn(params?.['name']) ?? textIn(valueOf(headers, 'mcp-name'))) : undefined
  return {
    name: called === undefined ? `${method} mcp` : [called, tool].filter((word) => word !== undefined).join(' '),
    protocol: 'mcp',
    attributes: {
      'http.request.method': method,
      ...(called === undefined ? {} : { 'mcp.method.name': called, 'rpc.system.name': 'jsonrpc' }),
      ...(tool === undefined ? {} : { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool }),
    },
    traceparent: textIn(objectIn(params?.['_meta'])?.['traceparent'], Infinity),
  }
}

/** What is no operation of A2A is plain HTTP. */
function a2aSpoken({ method, target, speech }: RequestHead, content: Content | undefined): Spoken {
  const http = { 'http.request.method': method }
  const called = textIn(content?.['jsonrpc'] === '2.0' ? content['method'] : undefined)
  const operation = a2aOperationAt(method, target) ?? (called && a2aOperationNamed(called))
  if (speech !== 'a2a' || operation === undefined)
    return { name: method, protocol: 'http', attributes: http, traceparent: undefined }
  const rpc = { 'rpc.method': operation, 'rpc.system.name': called === undefined ? 'a2a' : 'jsonrpc' }
  return { name: operation, protocol: 'a2a', attributes: { ...http, ...rpc }, traceparent: undefined }
}

type Content = Readonly<Record<string, unknown>>

const textIn = (value: unknown, most = maxName): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, most) : undefined

const objectIn = (value: unknown): Content | undefined =>
  typeof value === 'object' && value !== null ? (value as Content) : undefined
