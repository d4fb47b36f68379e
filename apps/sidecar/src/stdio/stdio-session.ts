/**
 * One session of a caller with a process of its own: what MCP's Streamable HTTP brings goes to its standard input, and what
 * it writes comes back. Messages are passed on as they are.
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJSONRPCRequest, isJSONRPCResponse, type JSONRPCMessage } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import type { Program } from '../program.ts'

/** Longest message of the process in octets; one that writes a longer one is ended. */
const maxMessageOctets = 16 * 1024 * 1024
/** Of JSON-RPC, as the SDK uses it for a connection that is gone. */
const connectionClosed = -32_000

type Id = string | number

export interface StdioSessionUser {
  /** The caller may use this id from now on. */
  opened(id: string): void
  over(): void
}

export class StdioSession {
  readonly #http: NodeStreamableHTTPServerTransport
  readonly #process: StdioClientTransport
  /** Requests of the caller that have no answer, each with what its progress is told under. */
  readonly #asked = new Map<Id, unknown>()
  readonly #user: StdioSessionUser
  #isOver = false
  #usedAt = performance.now()
  #streams = 0

  constructor({ command, environment }: Program, user: StdioSessionUser) {
    const [file, ...args] = command
    this.#user = user
    this.#http = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => user.opened(id),
    })
    const env = Object.fromEntries(
      Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
    )
    this.#process = new StdioClientTransport({ command: file, args, env, maxBufferSize: maxMessageOctets })
    this.#http.onmessage = (message) => this.#toProcess(message)
    this.#http.onclose = () => void this.close()
    this.#process.onmessage = (message) => void this.#toCaller(message)
    this.#process.onclose = () => void this.close()
  }

  /** @throws node's error when the process cannot be started */
  start(): Promise<void> {
    return this.#process.start()
  }

  /** When it was last used, as of `performance.now()`; `Infinity` while somebody waits or listens. */
  get usedAt(): number {
    return this.#asked.size > 0 || this.#streams > 0 ? Infinity : this.#usedAt
  }

  /** @param body of a POST, read already */
  async handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    this.#usedAt = performance.now()
    if (request.method === 'GET') {
      this.#streams++
      response.on('close', () => this.#streams--)
    }
    await this.#http.handleRequest(request, response, body)
  }

  /** Whoever waits is told; the process is asked to end, and after a while made to. */
  async close(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#user.over()
    const error = { code: connectionClosed, message: 'the MCP server over there ended' }
    for (const id of this.#asked.keys()) await this.#http.send({ jsonrpc: '2.0', id, error }).catch(() => undefined)
    await Promise.all([this.#http.close(), this.#process.close()])
  }

  #toProcess(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message)) {
      const { _meta: meta } = message.params ?? {}
      this.#asked.set(message.id, meta?.progressToken)
    }
    this.#process.send(message).catch(() => void this.close())
  }

  async #toCaller(message: JSONRPCMessage): Promise<void> {
    this.#usedAt = performance.now()
    const relatedRequestId = isJSONRPCResponse(message) ? undefined : this.#relatedTo(message)
    // Nobody may be there to take it any more: then it is lost, as it would be with any server.
    await this.#http.send(message, relatedRequestId === undefined ? {} : { relatedRequestId }).catch(() => undefined)
    if (isJSONRPCResponse(message) && message.id !== undefined) this.#asked.delete(message.id)
  }

  /** On which of the open answers it goes. A process does not say so, but for progress; `undefined`: beside all of them. */
  #relatedTo(message: JSONRPCMessage): Id | undefined {
    const { progressToken } = ('params' in message ? message.params : undefined) ?? {}
    if (progressToken !== undefined) {
      for (const [id, token] of this.#asked) if (token === progressToken) return id
    }
    return this.#asked.size === 1 ? this.#asked.keys().next().value : undefined
  }
}
