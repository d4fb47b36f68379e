/**
 * The server's side: serves over exchanges whatever @a2a-js/sdk's `DefaultRequestHandler` serves over HTTP. The caller
 * is identified by the key that its session proved, and is the user of the call for the executor.
 * @module
 */
import { type A2ARequestHandler, JsonRpcTransportHandler, ServerCallContext } from '@a2a-js/sdk/server'
import type { Agent, ServedExchange } from '@vagus/agent'
import { errorMessage, type ErrorBody, maxJsonOctets, type OperationHead, piecesOf, protocol } from './binding.ts'

type Answer = { readonly result?: unknown; readonly error?: unknown }

export type ServedA2A = Pick<Agent, 'serve'>

/** An operation interrupted by the end of this process ends as `interrupted`, because its executor is gone too. */
export function serveA2A(agent: ServedA2A, requestHandler: A2ARequestHandler): void {
  const handler = new JsonRpcTransportHandler(requestHandler)
  agent.serve(protocol, { handle: (exchange) => serve(exchange, handler) })
}

async function serve(exchange: ServedExchange, handler: JsonRpcTransportHandler): Promise<void> {
  const head = headOf(exchange.head)
  if (head === undefined)
    return sendError(exchange, { code: -32_600, message: 'the head is not an operation of this binding' })
  const params = await requestOf(exchange)
  if (params === undefined) return sendError(exchange, { code: -32_700, message: 'the request is not JSON' })
  const answer = await handler.handle(
    { jsonrpc: '2.0', id: exchange.id, method: head.operation, params },
    contextOf(exchange, head),
  )
  if (!(Symbol.asyncIterator in answer)) return sendAnswer(exchange, answer)
  const events = answer as AsyncGenerator<Answer, void, undefined>
  try {
    for await (const event of events) {
      if (exchange.signal.aborted) return
      await sendAnswer(exchange, event)
    }
  } catch (error) {
    const mapped = JsonRpcTransportHandler.mapToJSONRPCError(error) as ErrorBody
    await sendError(exchange, mapped)
  }
}

function contextOf({ peer }: ServedExchange, { parameters }: OperationHead): ServerCallContext {
  const extensions = parameters['A2A-Extensions']?.split(/\s*,\s*/)
  return new ServerCallContext({
    requestedVersion: parameters['A2A-Version'] ?? '1.0',
    ...(extensions === undefined ? {} : { requestedExtensions: extensions }),
    user: { isAuthenticated: true, userName: peer.identity.id },
  })
}

function headOf(octets: Uint8Array): OperationHead | undefined {
  const head = jsonOf(octets) as Partial<OperationHead> | null | undefined
  if (typeof head?.operation !== 'string' || typeof head.parameters !== 'object' || head.parameters === null)
    return undefined
  const parameters = Object.entries(head.parameters).filter(([, value]) => typeof value === 'string')
  return { operation: head.operation, parameters: Object.fromEntries(parameters) }
}

async function requestOf(exchange: ServedExchange): Promise<object | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const { octets } of exchange.messages()) {
    parts.push(octets)
    length += octets.length
    if (length > maxJsonOctets) return undefined
  }
  const request = jsonOf(Buffer.concat(parts))
  return typeof request === 'object' && request !== null ? request : undefined
}

async function sendAnswer(exchange: ServedExchange, { result, error }: Answer): Promise<void> {
  if (error !== undefined) return sendError(exchange, error as ErrorBody)
  for (const piece of piecesOf(JSON.stringify(result ?? {}))) await exchange.send(piece)
}

async function sendError(exchange: ServedExchange, { code, message, data }: ErrorBody): Promise<void> {
  await exchange.send(errorMessage({ code, message, ...(data === undefined ? {} : { data }) }))
}

function jsonOf(octets: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(octets).toString('utf8'))
  } catch {
    return undefined
  }
}
