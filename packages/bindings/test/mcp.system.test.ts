import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { connectMcp, serveMcp } from '../src/mcp/index.ts'
import { twoAgents } from './two-agents.ts'

const agents = await twoAgents()
const { server, client: own } = agents
after(() => agents.close())
let cancelled = 0
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })
serveMcp(server, () => {
  const mcp = new McpServer({ name: 'edge', version: '1' })
  mcp.server.registerCapabilities({ extensions: { 'org.example/mobility': { maxGapMs: 200 } } })
  mcp.registerTool(
    'add',
    { description: 'a + b', inputSchema: z.object({ a: z.number(), b: z.number() }) },
    ({ a, b }) => text(String(a + b)),
  )
  mcp.registerTool('large', { description: 'n octets', inputSchema: z.object({ n: z.number() }) }, ({ n }) =>
    text('x'.repeat(n)),
  )
  mcp.registerTool('wait', { description: 'waits', inputSchema: z.object({}) }, async (_, context) => {
    await pause(10_000, undefined, { signal: context.mcpReq.signal }).catch(() => cancelled++)
    return text('done')
  })
  return mcp
})

for (const [mode, version] of [
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
] as const) {
  describe(`MCP ${version} over an exchange`, () => {
    test('lists and calls tools, carries 10 MB, cancels, and closes', async () => {
      const client = new Client({ name: 'controller', version: '1' }, { versionNegotiation: { mode } })
      const transport = await connectMcp(own, 'server')
      await client.connect(transport)
      assert.equal(client.getNegotiatedProtocolVersion(), version)
      assert.deepEqual(client.getServerCapabilities()?.extensions, { 'org.example/mobility': { maxGapMs: 200 } })
      const called = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } })
      assert.deepEqual(called.content, text('5').content)
      const large = await client.callTool({ name: 'large', arguments: { n: 10_000_000 } })
      assert.equal((large.content[0] as { text: string }).text.length, 10_000_000)
      const before = cancelled
      await assert.rejects(client.callTool({ name: 'wait', arguments: {} }, { signal: AbortSignal.timeout(100) }))
      await pause(300)
      assert.equal(cancelled, before + 1)
      await client.close()
      await transport.closed
    })
  })
}
