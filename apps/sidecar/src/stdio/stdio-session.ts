/**
 * One session of a caller with a process of its own: what MCP's Streamable HTTP brings goes to its standard input, and what
 * it writes comes back.
 * @module
 */
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import {
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { writeTo } from '../drain.ts'
import { endedWithUs, type Program } from '../program.ts'
import { withTrace } from './trace-in-meta.ts'

export { isInitializeRequest } from '@modelcontextprotocol/server'

/** Longest message of the process in octets; one that writes a longer one is ended. */
const maxMessageOctets = 16 * 1024 * 1024
/** Octets that wait for the process, and for the caller. With more the session ends: one of them does not read. */
const maxWaitingOctets = 2 * maxMessageOctets
/** Milliseconds that a process has to end which does not take what it is sent: its exit code says more. */
const endsWithin = 1000
/** What is told beside answers while nobody listens for it; the oldest goes. */
const maxHeld = 256
/** Of JSON-RPC, as the SDK uses it for a connection that is gone. */
const connectionClosed = -32_000

type Id = string | number

export interface StdioSessionUser {
  /** The caller may use this id from now on. */
  opened(id: string): void
  /** The id is good no more. */
  ended(): void
  /** Takes a line for people. */
  report(line: string): void
}

export class StdioSession {
  readonly #http: WebStandardStreamableHTTPServerTransport
  readonly #process: StdioClientTransport
  /** Requests that somebody waits for, each with what its progress is told under. */
  readonly #asked = new Map<Id, unknown>()
  /** What the process told beside answers before anybody listened. */
  #held: JSONRPCMessage[] = []
  readonly #user: StdioSessionUser
  #ending: Promise<void> | undefined
  /** What the process did at last, for whoever waits for it; the first that is known counts. */
  #atLast: string | undefined
  #isOpen = false
  #isListening = false
  #usedAt = performance.now()
  #toProcess = 0
  #toCaller = 0

  constructor({ command, environment }: Program, user: StdioSessionUser) {
    const [file, ...args] = endedWithUs(command, environment['PATH'] ?? '')
    const env = Object.fromEntries(
      Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
    )
    this.#user = user
    this.#http = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#isOpen = true
        user.opened(id)
      },
    })
    this.#process = new StdioClientTransport({ command: file, args, env, maxBufferSize: maxMessageOctets })
    this.#http.onmessage = (message) => this.#fromCaller(message)
    this.#http.onclose = () => void this.close()
    this.#process.onmessage = (message) => this.#fromProcess(message)
    this.#process.onerror = ({ message }) => this.#failed(command[0], message)
    this.#process.onclose = () => void this.close()
  }

  /** @throws node's error when the process cannot be started */
  async start(): Promise<void> {
    await this.#process.start()
    // The SDK has the process and does not tell how it ends; where it has none of this name, that is not said.
    const { _process: child } = this.#process as unknown as { readonly _process?: ChildProcess }
    child?.once('exit', (code, by) => {
      this.#atLast ??= code === null ? `was ended by ${by}` : `ended with exit code ${code}`
    })
  }

  /** When it was last used, as of `performance.now()`; `Infinity` while it begins or ends, or somebody waits or listens. */
  get usedAt(): number {
    const isSettled = this.#isOpen && this.#ending === undefined
    return isSettled && this.#asked.size === 0 && !this.#isListening ? this.#usedAt : Infinity
  }

  /** @param body of a POST, read already */
  async handle(incoming: IncomingMessage, outgoing: ServerResponse, body: unknown): Promise<void> {
    this.#usedAt = performance.now()
    try {
      await this.#answer(incoming, outgoing, body)
    } finally {
      if (!this.#isOpen) await this.close() // it was not begun: nobody knows its id
    }
  }

  /**
   * Whoever waits is told; fulfilled when the process is gone, which is asked to end, and after a while made to.
   * @param why it must, as what the process did
   */
  close(why?: string): Promise<void> {
    this.#atLast ??= why
    this.#ending ??= Promise.resolve().then(() => this.#end())
    return this.#ending
  }

  #failed(name: string, message: string): void {
    // That is the SDK's limit, and the end of the process; all else is told in the log alone, for it may quote anything.
    const isTooLong = message.includes('exceeded maximum size')
    const wrote = `wrote a message of more than ${maxMessageOctets / 1024 / 1024} MiB`
    this.#user.report(`${name}: ${isTooLong ? `it ${wrote}, and is ended` : message}`)
    if (isTooLong) void this.close(wrote)
  }

  async #end(): Promise<void> {
    this.#user.ended()
    const error = { code: connectionClosed, message: `the MCP server over there ${this.#atLast ?? 'ended'}` }
    for (const id of this.#asked.keys()) await this.#http.send({ jsonrpc: '2.0', id, error }).catch(() => undefined)
    await Promise.all([this.#http.close(), this.#process.close()])
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse, body: unknown): Promise<void> {
    const headers = Object.entries(incoming.headers).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    )
    const request = new Request('http://localhost/mcp', { method: incoming.method ?? 'GET', headers })
    if (isJSONRPCRequest(body)) outgoing.on('close', () => this.#asked.delete(body.id)) // nobody waits any more
    const traced = isJSONRPCRequest(body) ? withTrace(body, incoming.headers) : body
    const response = await this.#http.handleRequest(request, { parsedBody: traced })
    if (incoming.method === 'GET' && response.ok) this.#listened(outgoing)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    await this.#write(response, outgoing)
  }

  #listened(outgoing: ServerResponse): void {
    this.#isListening = true
    outgoing.on('close', () => (this.#isListening = false))
    const held = this.#held
    this.#held = []
    for (const message of held) this.#send(message)
  }

  async #write({ body }: Response, outgoing: ServerResponse): Promise<void> {
    if (body === null) return void outgoing.end()
    const reader = body.getReader()
    outgoing.on('close', () => void reader.cancel().catch(() => undefined))
    for (;;) {
      const { value } = (await reader.read()) as { readonly value?: Uint8Array }
      if (value === undefined || outgoing.destroyed) break
      await writeTo(outgoing, value)
      this.#toCaller = Math.max(0, this.#toCaller - value.length)
    }
    outgoing.end()
  }

  #fromCaller(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message)) {
      const { _meta: meta } = message.params ?? {}
      this.#asked.set(message.id, meta?.progressToken)
    }
    const octets = JSON.stringify(message).length
    this.#toProcess += octets
    if (this.#toProcess > maxWaitingOctets) return void this.close('does not read what it is sent')
    this.#process
      .send(message)
      .then(() => (this.#toProcess -= octets))
      .catch(() => sleep(endsWithin).then(() => this.close('does not take what it is sent')))
    if ('method' in message && message.method === 'notifications/cancelled')
      this.#cancelled(message.params?.['requestId'])
    return undefined
  }

  /** A server does not answer what was cancelled: nobody waits for it any more. */
  #cancelled(id: unknown): void {
    if ((typeof id !== 'string' && typeof id !== 'number') || !this.#asked.delete(id)) return
    this.#http.closeSSEStream(id)
  }

  #fromProcess(message: JSONRPCMessage): void {
    this.#usedAt = performance.now()
    if (!isJSONRPCResponse(message)) return this.#told(message)
    if (message.id === undefined || !this.#asked.has(message.id)) return undefined
    // The version that it agreed to is named by all that follows, whether the SDK knows it or not.
    const version = 'result' in message ? message.result['protocolVersion'] : undefined
    if (typeof version === 'string') this.#http.setSupportedProtocolVersions([...SUPPORTED_PROTOCOL_VERSIONS, version])
    this.#send(message)
    this.#asked.delete(message.id)
    return undefined
  }

  /** A process does not say to which request something belongs, but for progress. */
  #told(message: JSONRPCMessage): void {
    const { progressToken } = ('params' in message ? message.params : undefined) ?? {}
    const asked = [...this.#asked]
    const [about] = asked.find(([, token]) => progressToken !== undefined && token === progressToken) ?? []
    if (about !== undefined) return this.#send(message, about)
    if (this.#isListening) return this.#send(message)
    const [newest] = asked.at(-1) ?? []
    if (newest !== undefined) return this.#send(message, newest)
    this.#held.push(message)
    if (this.#held.length > maxHeld) this.#held.shift()
    return undefined
  }

  #send(message: JSONRPCMessage, relatedRequestId?: Id): void {
    this.#toCaller += JSON.stringify(message).length
    if (this.#toCaller > maxWaitingOctets) return void this.close()
    // Nobody may be there to take it any more: then it is lost, as it would be with any server.
    this.#http.send(message, relatedRequestId === undefined ? {} : { relatedRequestId }).catch(() => undefined)
    return undefined
  }
}
