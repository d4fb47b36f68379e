/**
 * The program of an agent that needs a line: it knows the MCP SDK and the address of the controller's tools, and nothing of
 * Vagus. It quotes, orders what was quoted, waits until the line is there, and prints how long that took.
 *
 *   main.ts URL WISH
 *
 * @module
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { AgentOrdered } from '../agent-order.ts'

const [url, wish] = process.argv.slice(2) as [string, string]
const client = new Client({ name: 'planner', version: '1' }, { versionNegotiation: { mode: 'auto' } })
await client.connect(new StreamableHTTPClientTransport(new URL(url)))

/** @throws {Error} with what the tool said */
async function call(name: string, args: Record<string, unknown>): Promise<Readonly<Record<string, unknown>>> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args })
  if (isError === true || structuredContent === undefined) throw new Error(`${name}: ${JSON.stringify(content)}`)
  return structuredContent as Readonly<Record<string, unknown>>
}

const { quote, because, alternative } = await call('network_line_quote', JSON.parse(wish) as Record<string, unknown>)
if (typeof quote !== 'string') throw new Error(`not possible: ${String(because)}; ${String(alternative)}`)
const began = performance.now()
const { id } = await call('network_line_order', { quote, key: `planner-${Date.now()}` })
const { state } = await call('network_line', { id, waitFor: 'active', seconds: 30 })
const ordered: AgentOrdered = {
  id: String(id),
  milliseconds: Math.round(performance.now() - began),
  isActive: state === 'active',
}
process.stdout.write(JSON.stringify(ordered))
await client.close()
