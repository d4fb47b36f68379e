/**
 * Standard input and output of this process, over which a program speaks MCP, and the MCP server of an agent behind a
 * side-car. Messages are passed on as they are, of both eras of the protocol.
 * @module
 */
import {
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import type { ExplainingFetch } from './side-car-problem.ts'

/** Of JSON-RPC (§5.1): what is not the other side's doing. */
const internalError = -32_603

type RequestId = string | number

export interface StdioBridge {
  /** Of the MCP server, at the side-car. */
  readonly url: URL
  readonly explaining: Pick<ExplainingFetch, 'fetch' | 'failureOf'>
  /** Takes a line for people, who find it in the log of the program. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

/** Fulfilled when the program has closed our standard input, or `signal` is aborted. What cannot be passed on is answered. */
export async function bridgeStdio({ url, explaining, report, signal }: StdioBridge): Promise<void> {
  const program = new StdioServerTransport()
  const agent = new StreamableHTTPClientTransport(url, { fetch: explaining.fetch })
  const over = Promise.withResolvers<void>()
  /** Of the request with which the older era begins; its answer says the version that every later request names. */
  let initialize: RequestId | undefined

  let isEnding = false

  const failed = async (message: JSONRPCMessage, error: unknown): Promise<void> => {
    if (isEnding) return // nobody waits any more
    const { message: problem } = explaining.failureOf(error, 'does not take it', '')
    report(problem)
    if (isJSONRPCRequest(message))
      await program.send({ jsonrpc: '2.0', id: message.id, error: { code: internalError, message: problem } })
  }
  /** Requests of the newer era that have no answer: over HTTP what cancels one of them is its end. */
  const asked = new Map<RequestId, AbortController>()
  program.onmessage = (message) => {
    const cancelled = cancelledBy(message)
    const underWay = cancelled === undefined ? undefined : asked.get(cancelled)
    if (underWay !== undefined) {
      underWay.abort()
      asked.delete(cancelled!)
      return
    }
    if (isInitializeRequest(message) && isJSONRPCRequest(message)) initialize = message.id
    const request = new AbortController()
    if (isJSONRPCRequest(message)) {
      const { _meta: meta } = message.params ?? {}
      if (meta?.[PROTOCOL_VERSION_META_KEY] !== undefined) asked.set(message.id, request)
    }
    // Not one behind the other: an answer may take as long as it takes.
    agent
      .send(message, { requestSignal: request.signal })
      .catch((error: unknown) => (request.signal.aborted ? undefined : failed(message, error)))
      .catch(over.reject)
  }
  agent.onmessage = (message) => {
    if (isJSONRPCResponse(message) && message.id !== undefined) {
      asked.delete(message.id)
      if ('result' in message && message.id === initialize) {
        const { protocolVersion } = message.result
        if (typeof protocolVersion === 'string') agent.setProtocolVersion(protocolVersion)
        initialize = undefined
      }
    }
    program.send(message).catch(over.reject)
  }
  program.onclose = () => over.resolve()
  signal.addEventListener('abort', () => over.resolve(), { once: true })
  await agent.start()
  await program.start()
  process.stdin.once('end', () => over.resolve()) // the SDK's transport does not look at it
  try {
    if (!signal.aborted) await over.promise
  } finally {
    isEnding = true
    await agent.terminateSession().catch(() => undefined)
    await Promise.all([agent.close(), program.close()])
  }
}

/** The request that `message` cancels. */
function cancelledBy(message: JSONRPCMessage): RequestId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
  const { requestId } = message.params ?? {}
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined
}
