/** Serves MCP to agents that call: one server of the factory for each exchange, in the era that the client opens with. @module */
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Agent } from '@vagus/agent'
import { ExchangeMcpTransport, protocol } from './exchange-mcp-transport.ts'

/** A connection that the end of this process cut off ends as `interrupted`: what the server knew of it is gone. */
export function serveMcp(
  agent: Pick<Agent, 'serve'>,
  factory: McpServerFactory,
  onError: (error: Error) => void = () => undefined,
): void {
  agent.serve(protocol, {
    async handle(exchange) {
      const transport = new ExchangeMcpTransport(exchange, () => undefined)
      const stop = (): void => void transport.close()
      exchange.signal.addEventListener('abort', stop, { once: true })
      const served = serveStdio(factory, { transport, onerror: onError })
      await transport.closed
      exchange.signal.removeEventListener('abort', stop)
      await served.close()
    },
  })
}
