/**
 * What a request asks for, as policies see it: over which protocol, at which path, and where they read content, which
 * operation and which tool. Nothing that the caller only says about its request counts: neither fields nor media types.
 *
 *   server of --mcp   mcp. POST: the JSON-RPC method in its content, each one of a batch; the tool of tools/call
 *   server of --a2a   a2a: POST, and the paths of A2A over HTTP. The operation by its name in A2A 1.0, in whatever version
 *                     and binding it is called. Anything else: http, with its method. A POST that was read and names no
 *                     operation is both: whether the server takes it for A2A is not known. The skill of a message is
 *                     the `request_type` in the metadata of its request, where it names one (draft-yang-nmrg-a2a-nm)
 * @module
 */
import type { Call } from '@vagus/access'
import { type HeaderFields, isIdentityCoded, isJson, spelledPlainly, valuesOf } from '../wire/header-fields.ts'
import type { RequestHead } from '../wire/http-exchange.ts'
import { ProblemError } from '../wire/problem.ts'
import { jsonOf, mayBecomeJson, textOf } from '../wire/strict-content.ts'
import { a2aOperationAt, a2aOperationNamed } from './a2a-operations.ts'
import { hasRepeatedMember, lookalikeOf } from './json-members.ts'

/** What is decided about, beside who calls whom. */
export type AskedCall = Pick<Call, 'protocol' | 'path' | 'operation' | 'tool' | 'skill'>

/** Octets of a request of MCP that is read; a longer one is refused. */
export const maxMcpOctets = 1_048_576
/** Calls in one batch of JSON-RPC. */
const maxBatch = 256

type Serves = 'a2a' | 'mcp'

/** Whether its content must be read to know. */
export const asksByContent = ({ method }: Pick<RequestHead, 'method'>): boolean => method === 'POST'

/**
 * All of what the request asks for, at least one; it may be carried out if each of them may.
 * @param body `undefined` where no policy reads content @param path as policies compare it
 * @throws {ProblemError} `bad-request` where local servers may read it in several ways
 */
export function askedCalls(
  head: RequestHead,
  serves: Serves,
  path: string,
  body: Uint8Array | undefined,
): readonly AskedCall[] {
  if (serves === 'mcp') return distinct(mcpCalls(head, body).map((call) => ({ protocol: 'mcp', path, ...call })))
  const { method } = head
  const atPath = a2aOperationAt(method, head.target)
  if (atPath === undefined && method !== 'POST') return [{ protocol: 'http', path, operation: method }]
  const said = method === 'POST' && body !== undefined && body.length > 0 ? a2aSaid(head, body) : []
  const named = said.flatMap(callNamed)
  // In HTTP+JSON the content is what is `params` in JSON-RPC.
  const placed =
    atPath === undefined ? [] : [{ operation: atPath, ...skillOf(atPath, said.length === 1 ? said[0] : undefined) }]
  const calls = [...placed, ...named]
  if (calls.length === 0)
    return [
      { protocol: 'a2a', path },
      ...(body === undefined ? [] : [{ protocol: 'http', path, operation: method } as const]),
    ]
  return distinct(calls.map((call) => ({ protocol: 'a2a', path, ...call })))
}

function mcpCalls(
  { method, headers }: RequestHead,
  body: Uint8Array | undefined,
): readonly Pick<AskedCall, 'operation' | 'tool'>[] {
  if (method !== 'POST' || body === undefined || body.length === 0) return [{}]
  checkReadable(headers)
  const messages = messagesIn(body)
  if (messages === undefined) throw notReadable('its content is no JSON in UTF-8')
  const calls = messages.map(mcpCallOf)
  checkFields(headers, calls)
  return calls
}

function mcpCallOf(message: object): Pick<AskedCall, 'operation' | 'tool'> {
  const { method, params } = message as { readonly method?: unknown; readonly params?: unknown }
  if (method === undefined) return {} // an answer to what the server asked
  if (typeof method !== 'string') throw notReadable('"method" is no text')
  if (method !== 'tools/call') return { operation: method }
  const named = typeof params === 'object' && params !== null ? params : {}
  checkNames(named, ['name'])
  const { name } = named as { readonly name?: unknown }
  if (typeof name !== 'string') throw notReadable('its tools/call names no tool')
  return { operation: method, tool: name }
}

/** Fields that repeat method and tool, for those on the way (MCP 2026): a server that goes by them gets what was decided. */
function checkFields(headers: HeaderFields, calls: readonly Pick<AskedCall, 'operation' | 'tool'>[]): void {
  const told = (name: string): readonly string[] =>
    headers.filter(([field]) => spelledPlainly(field) === name).map(([, value]) => value.trim())
  for (const method of told('mcp-method'))
    if (calls.some(({ operation }) => operation !== method))
      throw notReadable('Mcp-Method names another method than its content')
  for (const name of told('mcp-name').map(decodedField))
    if (calls.some(({ tool }) => tool !== undefined && tool !== name))
      throw notReadable('Mcp-Name names another tool than its content')
}

/** As MCP writes values that no field takes: `=?base64?…?=`. */
function decodedField(value: string): string {
  const [, coded] = /^=\?base64\?(.*)\?=$/i.exec(value) ?? []
  return coded === undefined ? value : Buffer.from(coded, 'base64').toString('utf8')
}

/** The objects of the content; none where it is no JSON. */
function a2aSaid({ headers }: RequestHead, body: Uint8Array): readonly object[] {
  checkReadable(headers)
  const messages = messagesIn(body)
  if (messages === undefined) {
    if (isJson(headers) || mayBecomeJson(body) || valuesOf(headers, 'content-type').length === 0)
      throw notReadable('its content is no JSON in UTF-8')
    return []
  }
  return messages
}

/** The operation that a call of JSON-RPC names; none where it is no such call. */
function callNamed(message: object): readonly Pick<AskedCall, 'operation' | 'skill'>[] {
  const { method, params } = message as { readonly method?: unknown; readonly params?: unknown }
  if (method === undefined) return []
  if (typeof method !== 'string') throw notReadable('"method" is no text')
  const operation = a2aOperationNamed(method)
  return [{ operation, ...skillOf(operation, params) }]
}

const sends: ReadonlySet<string> = new Set(['SendMessage', 'SendStreamingMessage'])

function skillOf(operation: string, params: unknown): Pick<AskedCall, 'skill'> {
  if (!sends.has(operation) || typeof params !== 'object' || params === null) return {}
  checkNames(params, ['metadata'])
  const { metadata } = params as { readonly metadata?: unknown }
  if (typeof metadata !== 'object' || metadata === null) return {}
  checkNames(metadata, ['request_type'])
  const { request_type: skill } = metadata as { readonly request_type?: unknown }
  if (skill === undefined) return {}
  if (typeof skill !== 'string') throw notReadable('"request_type" is no text')
  return { skill }
}

/** The objects of JSON-RPC in `body`; `undefined`: it is no JSON. @throws {ProblemError} */
function messagesIn(body: Uint8Array): readonly object[] | undefined {
  const text = textOf(body)
  const value = text === undefined ? undefined : jsonOf(text)
  if (text === undefined || value === undefined) return undefined
  if (hasRepeatedMember(text)) throw notReadable('an object in its content has two members of one name')
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (messages.length === 0) throw notReadable('its batch is empty')
  if (messages.length > maxBatch)
    throw notReadable(`its batch has ${messages.length} calls; at most ${maxBatch} are read`)
  return messages.map((message) => {
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      throw notReadable('its content is no call of JSON-RPC')
    checkNames(message, ['jsonrpc', 'method', 'params'])
    return message
  })
}

function checkNames(value: object, names: readonly string[]): void {
  const other = lookalikeOf(value, names)
  if (other !== undefined) throw notReadable(`its member "${other.slice(0, 40)}" looks like another one`)
}

/** Whether everybody reads the same text in the same octets. */
function checkReadable(headers: HeaderFields): void {
  const types = valuesOf(headers, 'content-type')
  const codings = valuesOf(headers, 'content-encoding')
  if (types.length > 1 || codings.length > 1) throw notReadable('it has two fields of one name that say how to read it')
  if (!isIdentityCoded(headers)) throw notReadable('its content is compressed')
  const [, charset] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(types[0] ?? '') ?? []
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw notReadable(`its charset is ${charset}; utf-8 is read`)
}

const notReadable = (why: string): ProblemError =>
  new ProblemError(
    'bad-request',
    `the policies of the roster read what a request asks for, and of this one it is not clear: ${why}`,
  )

function distinct(calls: readonly AskedCall[]): readonly AskedCall[] {
  return [...new Map(calls.map((call) => [JSON.stringify([call.operation, call.tool, call.skill]), call])).values()]
}
