/**
 * A `Transport` of the MCP SDK over one exchange. Each JSON-RPC message is one message of the exchange, in both
 * directions. The transport does not notice a lost network or session; it closes when the exchange ends.
 * @module
 */
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import type { Agent, Exchange, ServedExchange } from '@vagus/agent'

export const protocol = 'mcp'

/** What the transport needs from either side of an exchange. */
type Side = Pick<Exchange, 'send' | 'messages'> | Pick<ServedExchange, 'send' | 'messages'>

export class ExchangeMcpTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: NonNullable<Transport['onmessage']>
  readonly #side: Side
  readonly #end: () => void
  readonly #closed = Promise.withResolvers<void>()
  #isClosed = false

  /** @param end ends the exchange from this side */
  constructor(side: Side, end: () => void) {
    this.#side = side
    this.#end = end
  }

  /** Fulfilled when either side has closed. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  async start(): Promise<void> {
    void this.#read()
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#side.send(Buffer.from(JSON.stringify(message)))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#end()
    this.#closed.resolve()
    this.onclose?.()
  }

  async #read(): Promise<void> {
    try {
      for await (const { octets } of this.#side.messages()) {
        if (this.#isClosed) return
        const message = parsed(octets)
        if (message === undefined) this.onerror?.(new Error('received a message that is not JSON-RPC'))
        else this.onmessage?.(message)
      }
    } catch (error) {
      if (!this.#isClosed) this.onerror?.(error as Error)
    }
    await this.close()
  }
}

/** Checks only for an object: the SDK decides whether it is JSON-RPC. */
function parsed(octets: Uint8Array): JSONRPCMessage | undefined {
  try {
    const message: unknown = JSON.parse(Buffer.from(octets).toString('utf8'))
    return typeof message === 'object' && message !== null ? (message as JSONRPCMessage) : undefined
  } catch {
    return undefined
  }
}

/** A transport to the MCP server of the agent `name`: `client.connect(await connectMcp(agent, 'calculator'))`. */
export async function connectMcp(agent: Pick<Agent, 'call'>, name: string): Promise<ExchangeMcpTransport> {
  const exchange = await agent.call(name, { protocol, head: new Uint8Array(0) })
  return new ExchangeMcpTransport(exchange, () => void exchange.end().catch(() => undefined))
}
