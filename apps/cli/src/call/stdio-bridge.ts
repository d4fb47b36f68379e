/**
 * Standard input and output of this process, over which a program speaks MCP, and the MCP server of an agent behind a
 * side-car. Messages are passed on as they are, of both eras of the protocol.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { ExplainingFetch } from './side-car-problem.ts'

/** Of JSON-RPC (§5.1): what is not the other side's doing. */
const internalError = -32_603

/** As at the other end. */
const maxMessageOctets = 16 * 1024 * 1024
/** Milliseconds that requests have left when standard input has ended; longer than a side-car looks for an agent. */
const answeredWithin = 30_000
/** Goes on until the client ends it: nobody waits for it at the end. */
const listening = 'subscriptions/listen'
/** Milliseconds that the end of the session may take to be told. */
const farewell = 1000

type RequestId = string | number

interface Asked {
  readonly request: AbortController
  readonly era: 'older' | 'newer'
  /** With it a session of the older era begins. */
  readonly isFirst: boolean
  readonly isListening: boolean
  /** Resolved when nobody waits for its answer any more. */
  readonly over: PromiseWithResolvers<void>
}

export interface StdioBridge {
  /** Of the MCP server, at the side-car. */
  readonly url: URL
  readonly explaining: Pick<ExplainingFetch, 'fetch' | 'failureOf'>
  /** Takes a line for people, who find it in the log of the program. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Runs until the program has closed our standard input and what it asked is answered, or `signal` is aborted. What cannot
 * be passed on is answered, too.
 * @throws {Failure} when the session with the agent is gone, the program writes what is too long, or an answer does not
 * come within 30 s of the end of standard input
 */
export async function bridgeStdio(bridge: StdioBridge): Promise<void> {
  await new Bridge(bridge).run()
}

class Bridge {
  readonly #program = new StdioServerTransport(undefined, undefined, { maxBufferSize: maxMessageOctets })
  readonly #agent: StreamableHTTPClientTransport
  readonly #bridge: StdioBridge
  readonly #over = Promise.withResolvers<void>()
  /** Requests of the program that have no answer. */
  readonly #asked = new Map<RequestId, Asked>()
  /** Fulfilled when what was told before is there: standard input has an order, and requests of HTTP have none. */
  #told: Promise<unknown> = Promise.resolve()
  /** Fulfilled when all that was told the program is there. */
  #written: Promise<void> = Promise.resolve()
  /** What was last wrong with standard input. */
  #problem: Error | undefined
  #isEnding = false

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
    if (cancelled?.era === 'newer') return cancelled.request.abort() // over HTTP that is how it is told
    if (isJSONRPCRequest(message)) {
      // Not one behind the other: an answer may take as long as it takes.
      const asked = this.#waitFor(message)
      void this.#told.then(() => this.#ask(message, asked)).catch(this.#over.reject)
      if (asked.isFirst) this.#told = this.#told.then(() => asked.over.promise) // the rest belongs to its session
    } else {
      this.#told = this.#told
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
      over: Promise.withResolvers(),
    }
    this.#asked.set(message.id, asked)
    return asked
  }

  /** @throws {Failure} when it takes too long */
  async #answered(): Promise<void> {
    const waiting = this.#asked.values().filter(({ isListening }) => !isListening)
    const all = Promise.all([this.#told, ...waiting.map(({ over }) => over.promise)]).then(() => this.#written)
    const late = sleep(answeredWithin, 'late' as const, { ref: false })
    if ((await Promise.race([all, late])) === 'late')
      throw new Failure(
        exitCode.failed,
        `stdin ended, and ${this.#asked.size} requests had no answer ${answeredWithin / 1000} s later`,
        'keep stdin open until you have read the answers',
      )
  }

  /** The SDK's own way out is closed behind the end of standard input. */
  #tell(message: JSONRPCMessage): Promise<void> {
    this.#written = new Promise((resolve, reject) => {
      process.stdout.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()))
    })
    return this.#written
  }

  /** Nobody waits for the answer to it any more. */
  #forget(id: RequestId): Asked | undefined {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    asked?.over.resolve()
    return asked
  }

  async #ask(message: JSONRPCRequest, asked: Asked): Promise<void> {
    const { signal: requestSignal } = asked.request
    const failed = async (error: unknown): Promise<void> => {
      if (this.#asked.get(message.id) === asked) await this.#failed(message, error)
    }
    const onRequestStreamEnd = (): void => void failed(new Error('the answer broke off')).catch(this.#over.reject)
    await this.#agent.send(message, { requestSignal, onRequestStreamEnd }).catch(failed)
  }

  #fromAgent(message: JSONRPCMessage): void {
    if (isJSONRPCResponse(message) && message.id !== undefined) {
      // The version that was agreed upon is named by all that follows, in the older era.
      const version = 'result' in message ? message.result['protocolVersion'] : undefined
      if (this.#asked.get(message.id)?.isFirst === true && typeof version === 'string')
        this.#agent.setProtocolVersion(version)
      this.#forget(message.id)
    }
    this.#tell(message).catch(this.#over.reject)
  }

  async #failed(message: JSONRPCMessage, error: unknown): Promise<void> {
    if (this.#isEnding) return // nobody waits any more
    const failure = this.#bridge.explaining.failureOf(error, 'does not take it', '')
    const isGone = this.#agent.sessionId !== undefined && (error as { readonly status?: unknown }).status === 404
    const problem = isGone ? 'its MCP server ended, and the session with it' : failure.message
    if (isJSONRPCRequest(message)) {
      const written = this.#tell({ jsonrpc: '2.0', id: message.id, error: { code: internalError, message: problem } })
      this.#forget(message.id)
      await written
    }
    if (isGone) throw new Failure(exitCode.failed, problem, 'start it again', error) // as such a command itself would end
    this.#bridge.report(problem)
  }

  /** The request that `message` cancels; nobody waits for it any more. */
  #cancelledBy(message: JSONRPCMessage): Asked | undefined {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
    const { requestId } = message.params ?? {}
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return undefined
    return this.#forget(requestId)
  }
}
