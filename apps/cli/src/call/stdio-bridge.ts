/**
 * Bridges a program that speaks MCP over stdin and stdout of this process to the MCP server of an agent behind a
 * side-car. Passes messages of both eras of the protocol on unchanged, but for tools that are not what they were.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type JSONRPCResultResponse,
  PROTOCOL_VERSION_META_KEY,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { ExplainingFetch } from './side-car-problem.ts'
import type { ShownTool, ToolPins } from './tool-pins.ts'

/** JSON-RPC (§5.1): an error that the other side did not cause. */
const internalError = -32_603
const invalidParams = -32_602

/** The same limit as at the other end. */
const maxMessageOctets = 16 * 1024 * 1024
/** Milliseconds that requests may still take after the end of stdin; longer than a side-car looks for an agent. */
const answeredWithin = 30_000
/** Lasts until the client ends it, so the end of stdin does not wait for it. */
const listening = 'subscriptions/listen'
/** Milliseconds that closing the session may take. */
const farewell = 1000

type RequestId = string | number

interface Asked {
  readonly request: AbortController
  readonly era: 'older' | 'newer'
  /** It starts a session of the older era. */
  readonly isFirst: boolean
  readonly isListening: boolean
  /** It asks what tools there are. */
  readonly isToolList: boolean
  /** Resolves when nobody waits for its answer any longer. */
  readonly settled: PromiseWithResolvers<void>
}

export interface StdioBridge {
  /** The MCP server at the side-car. */
  readonly url: URL
  readonly explaining: Pick<ExplainingFetch, 'fetch' | 'failureOf' | 'answerer'>
  /** As it was called: a name, an id, a skill. */
  readonly agent: string
  readonly pins: ToolPins
  /** Takes a line for people, who read it in the log of the program. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Runs until the program has closed stdin and all its requests are answered, or `signal` is aborted. A request that
 * cannot be passed on is answered with an error.
 * @throws {Failure} when the session with the agent is gone, a message of the program is too long, or an answer does
 * not arrive within 30 s of the end of stdin
 */
export async function bridgeStdio(bridge: StdioBridge): Promise<void> {
  await new Bridge(bridge).run()
}

class Bridge {
  readonly #program = new StdioServerTransport(undefined, undefined, { maxBufferSize: maxMessageOctets })
  readonly #agent: StreamableHTTPClientTransport
  readonly #bridge: StdioBridge
  readonly #over = Promise.withResolvers<void>()
  /** Unanswered requests of the program. */
  readonly #pending = new Map<RequestId, Asked>()
  /** Resolves when earlier messages have arrived: stdin is ordered, HTTP requests are not. */
  #forwarded: Promise<unknown> = Promise.resolve()
  /** Resolves when everything for the program is written. */
  #written: Promise<void> = Promise.resolve()
  /** The last problem with stdin. */
  #problem: Error | undefined
  #isEnding = false
  /** Tools that are not what they were, with why. */
  #refused: ReadonlyMap<string, string> = new Map()

  constructor(bridge: StdioBridge) {
    this.#bridge = bridge
    this.#agent = new StreamableHTTPClientTransport(bridge.url, { fetch: bridge.explaining.fetch })
    this.#program.onmessage = (message) => this.#fromProgram(message)
    this.#program.onerror = (error) => {
      this.#problem = error
      bridge.report(`stdin: ${error.message}`)
    }
    this.#program.onclose = () => {
      if (process.stdin.readableEnded || this.#problem === undefined)
        this.#answered().then(this.#over.resolve, this.#over.reject)
      else this.#over.reject(new Failure(exitCode.failed, `stdin: ${this.#problem.message}`, '', this.#problem))
    }
    this.#agent.onmessage = (message) => this.#fromAgent(message)
  }

  async run(): Promise<void> {
    const { signal } = this.#bridge
    signal.addEventListener('abort', () => this.#over.resolve(), { once: true })
    await this.#agent.start()
    await this.#program.start()
    try {
      if (!signal.aborted) await this.#over.promise
    } finally {
      this.#isEnding = true
      const ended = this.#agent.terminateSession().catch(() => undefined)
      if (!signal.aborted) await Promise.race([ended, sleep(farewell, undefined, { ref: false })])
      await Promise.all([this.#agent.close(), this.#program.close()])
    }
  }

  #fromProgram(message: JSONRPCMessage): void {
    const cancelled = this.#cancelledBy(message)
    if (cancelled?.era === 'newer') return cancelled.request.abort() // over HTTP this is how a cancel is sent
    if (isJSONRPCRequest(message)) {
      const refusal = this.#refusalOf(message)
      if (refusal !== undefined) {
        this.#tell({ jsonrpc: '2.0', id: message.id, error: refusal }).catch(this.#over.reject)
        return undefined
      }
      // Concurrently: an answer may take any time.
      const asked = this.#waitFor(message)
      void this.#forwarded.then(() => this.#ask(message, asked)).catch(this.#over.reject)
      // Later messages belong to its session.
      if (asked.isFirst) this.#forwarded = this.#forwarded.then(() => asked.settled.promise)
    } else {
      this.#forwarded = this.#forwarded
        .then(() => this.#agent.send(message))
        .then(() => cancelled?.request.abort())
        .catch((error: unknown) => this.#failed(message, error))
        .catch(this.#over.reject)
    }
    return undefined
  }

  #waitFor(message: JSONRPCRequest): Asked {
    const { _meta: meta } = message.params ?? {}
    const era = meta?.[PROTOCOL_VERSION_META_KEY] === undefined ? 'older' : 'newer'
    const asked: Asked = {
      request: new AbortController(),
      era,
      isFirst: isInitializeRequest(message),
      isListening: message.method === listening,
      isToolList: message.method === 'tools/list',
      settled: Promise.withResolvers(),
    }
    this.#pending.set(message.id, asked)
    return asked
  }

  /** Waits for all answers. @throws {Failure} when they take too long */
  async #answered(): Promise<void> {
    const waiting = this.#pending.values().filter(({ isListening }) => !isListening)
    const all = Promise.all([this.#forwarded, ...waiting.map(({ settled }) => settled.promise)]).then(
      () => this.#written,
    )
    const late = sleep(answeredWithin, 'late' as const, { ref: false })
    if ((await Promise.race([all, late])) === 'late')
      throw new Failure(
        exitCode.failed,
        `stdin ended, and ${this.#pending.size} requests had no answer ${answeredWithin / 1000} s later`,
        'keep stdin open until you have read the answers',
      )
  }

  /** Writes itself: the SDK's transport is closed after the end of stdin. */
  #tell(message: JSONRPCMessage): Promise<void> {
    this.#written = new Promise((resolve, reject) => {
      process.stdout.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()))
    })
    return this.#written
  }

  /** Drops a request whose answer nobody waits for any longer. */
  #forget(id: RequestId): Asked | undefined {
    const asked = this.#pending.get(id)
    this.#pending.delete(id)
    asked?.settled.resolve()
    return asked
  }

  async #ask(message: JSONRPCRequest, asked: Asked): Promise<void> {
    const { signal: requestSignal } = asked.request
    const failed = async (error: unknown): Promise<void> => {
      if (this.#pending.get(message.id) === asked) await this.#failed(message, error)
    }
    const onRequestStreamEnd = (): void => void failed(new Error('the answer broke off')).catch(this.#over.reject)
    await this.#agent.send(message, { requestSignal, onRequestStreamEnd }).catch(failed)
  }

  #fromAgent(message: JSONRPCMessage): void {
    if (isJSONRPCResponse(message) && message.id !== undefined) {
      // In the older era all later requests name the negotiated version.
      const version = 'result' in message ? message.result['protocolVersion'] : undefined
      if (this.#pending.get(message.id)?.isFirst === true && typeof version === 'string')
        this.#agent.setProtocolVersion(version)
      if (this.#forget(message.id)?.isToolList === true && 'result' in message) {
        this.#tell({ ...message, result: this.#compared(message.result) }).catch(this.#over.reject)
        return
      }
    }
    this.#tell(message).catch(this.#over.reject)
  }

  /** A list of tools in which those that changed say so, instead of what they say now. */
  #compared(result: JSONRPCResultResponse['result']): JSONRPCResultResponse['result'] {
    const { tools } = result as { readonly tools?: unknown }
    const { pins, agent, explaining, report } = this.#bridge
    if (!Array.isArray(tools) || !tools.every(isTool)) return { ...result, tools: [] }
    const { shown, refused } = pins.compare(explaining.answerer ?? agent, tools)
    refused.forEach(report)
    // A list may come in pages.
    const others = [...this.#refused].filter(([name]) => !tools.some((tool) => tool.name === name))
    this.#refused = new Map([...others, ...refused])
    return { ...result, tools: shown }
  }

  #refusalOf({ method, params }: JSONRPCRequest): { readonly code: number; readonly message: string } | undefined {
    const name = method === 'tools/call' ? params?.['name'] : undefined
    const why = typeof name === 'string' ? this.#refused.get(name) : undefined
    return why === undefined ? undefined : { code: invalidParams, message: why }
  }

  async #failed(message: JSONRPCMessage, error: unknown): Promise<void> {
    if (this.#isEnding) return // nobody waits any longer
    const failure = this.#bridge.explaining.failureOf(error, 'does not accept it', '')
    const isGone = this.#agent.sessionId !== undefined && (error as { readonly status?: unknown }).status === 404
    const problem = isGone ? 'its MCP server ended, and so did the session' : failure.message
    if (isJSONRPCRequest(message)) {
      const written = this.#tell({ jsonrpc: '2.0', id: message.id, error: { code: internalError, message: problem } })
      this.#forget(message.id)
      await written
    }
    // Ends this process, as a local MCP server would.
    if (isGone) throw new Failure(exitCode.failed, problem, 'start it again', error)
    this.#bridge.report(problem)
  }

  /** The request that `message` cancels, no longer waited for. */
  #cancelledBy(message: JSONRPCMessage): Asked | undefined {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
    const { requestId } = message.params ?? {}
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return undefined
    return this.#forget(requestId)
  }
}

const isTool = (value: unknown): value is ShownTool =>
  typeof (value as { readonly name?: unknown } | null)?.name === 'string'
