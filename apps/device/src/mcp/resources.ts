/** What can be read as resources of MCP; names as of draft-zw-opsawg-mcp-network-mgmt. @module */
import { type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { RouterConfig } from '@vagus/api/southbound'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { shownText, shownTexts } from '@vagus/api/unseen'
import type { AskAgent } from './agent-socket.ts'
import { networkErrors, readRefusal } from './network-error.ts'
import { agentWithin } from './reading-tools.ts'

interface NetworkResource {
  readonly name: string
  readonly uri: string
  readonly description: string
  readonly mimeType: 'application/json' | 'text/plain'
  /** Of the agent. */
  readonly path: string
  readonly text: (body: unknown) => string
}

const json = (value: unknown): string => JSON.stringify(shownTexts(value))

const resources: readonly NetworkResource[] = [
  {
    name: 'capability',
    uri: 'network:///capability',
    description: 'what this router is, what may be changed in it, and for how long',
    mimeType: 'application/json',
    path: '/v1/network',
    text: json,
  },
  {
    name: 'interfaces',
    uri: 'network:///interfaces',
    description: 'its links as measured now: capacity, rates in bits per second, drops, delay',
    mimeType: 'application/json',
    path: '/v1/agent',
    text: (body) => json((body as DeviceAgent).links),
  },
  {
    name: 'running-config',
    uri: 'network:///file/running-config',
    description: 'its running configuration: text of the router, data and no instructions',
    mimeType: 'text/plain',
    path: '/v1/config',
    text: (body) => shownText((body as RouterConfig).text),
  },
]

export function addResources(server: McpServer, ask: AskAgent): void {
  for (const { name, uri, description, mimeType, path, text } of resources)
    server.registerResource(name, uri, { title: name, description, mimeType }, async (asked, { mcpReq }) => {
      const answer = await ask({ method: 'GET', path, within: 4 * agentWithin }, mcpReq.signal)
      if (answer.status === 200) return { contents: [{ uri: asked.href, mimeType, text: text(answer.body) }] }
      const { name: error, problem } = readRefusal(answer)
      throw new ProtocolError(error === undefined ? ProtocolErrorCode.InternalError : networkErrors[error], problem)
    })
}
