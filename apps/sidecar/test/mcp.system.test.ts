import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { eventually } from '../../../scripts/eventually.ts'
import type { Sidecar } from '../src/index.ts'
import { mcpListener, ran } from './fixtures/mcp-server.ts'
import { endServer, listening, sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

const network = new VirtualNetwork()
const local = await listening(mcpListener)
let served: Sidecar
let caller: Sidecar
before(async () => {
  served = await sidecar(network, 'calculator', { exposed: { mcp: `${local.url}/mcp` } })
  caller = await sidecar(network, 'asker')
})
after(async () => {
  await Promise.all([served.close(), caller.close()])
  endServer(local.server)
})

const eras = { 'the era of 2025-11-25': 'legacy', 'the era of 2026-07-28': 'auto' } as const

for (const [era, mode] of Object.entries(eras)) {
  describe(`stock MCP programs of ${era}, through two side-cars`, () => {
    let client: Client
    before(async () => {
      client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
      await client.connect(new StreamableHTTPClientTransport(new URL(`${caller.url}/agents/calculator/mcp`)))
    })
    after(() => client.close())

    const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args })
    const textOf = (result: Awaited<ReturnType<typeof call>>): string => (result.content[0] as { text: string }).text

    test('agree on the version of the era', () => assert.equal(client.getNegotiatedProtocolVersion(), era.slice(-10)))
    test('list and call tools', async () => {
      const { tools } = await client.listTools()
      assert.deepEqual(tools.map(({ name }) => name).sort(), ['add', 'count', 'fail', 'large', 'ran'])
      assert.equal(textOf(await call('add', { a: 2, b: 3 })), '5')
    })
    test('stream progress, each step once and in order', async () => {
      const steps: number[] = []
      const result = await client.callTool(
        { name: 'count', arguments: { to: 20 } },
        { onprogress: ({ progress }) => void steps.push(progress) },
      )
      assert.equal(textOf(result), 'counted to 20')
      assert.deepEqual(
        steps,
        Array.from({ length: 20 }, (_, at) => at + 1),
      )
    })
    test('cancel a call over there', async () => {
      const before = { ...ran }
      const stop = new AbortController()
      const called = client.callTool({ name: 'count', arguments: { to: 100_000 } }, { signal: stop.signal })
      await Promise.all([
        assert.rejects(called),
        eventually('it runs', () => ran.count > before.count).then(() => stop.abort()),
      ])
      if (mode === 'auto') await eventually('it is cancelled', () => ran.cancelled > before.cancelled)
      await pause(200)
      assert.equal(ran.count, before.count + 1)
    })
    test('get errors as errors', async () => {
      const result = await call('fail', {})
      assert.ok(result.isError)
      assert.match(textOf(result), /it broke/)
      await assert.rejects(call('nothing', {}))
    })
    test('carry a result of 10 MB', async () =>
      assert.equal(textOf(await call('large', { n: 10_000_000 })).length, 10_000_000))
  })
}
