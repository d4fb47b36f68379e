/**
 * Serves MCP to agents that call: each exchange gets its own server from the factory, in the era with which the client
 * opens.
 * @module
 */
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Agent } from '@vagus/agent'
import { ExchangeMcpTransport, protocol } from './exchange-mcp-transport.ts'

/** A connection interrupted by the end of this process ends as `interrupted`: the server's state is gone. */
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
