/** A controller in a process of its own, asked by the client of the MCP SDK over its socket. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Client } from '@modelcontextprotocol/client'
import type { AgentList } from '@vagus/api'
import { maxAnswerOctets } from '../../src/mcp/fit.ts'
import { documentOf } from '../support/agent-document.ts'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { called, connected, type Era, eras } from './client.ts'

/** Says on standard error what is loaded of the SDK. */
const hooks = `import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  if (name.startsWith('@modelcontextprotocol/')) process.stderr.write('loads ' + name + '\\n')
  return next(name, context)
} })`

const state = newFolder(`
domain: test
hosts: [vagus.example]
devices:
  - { name: edge-1, role: edge, address: 192.0.2.1, interfaces: [{ name: eth0, index: 1, site: transit }] }
sites:
  - { name: office, prefixes: [10.1.0.0/16] }
  - { name: transit, kind: neighbour, prefixes: [0.0.0.0/0] }
links:
  - { name: uplink, a: { node: edge-1, interface: eth0 }, z: { node: transit }, capacity: 1000000 }
`)
let controller: ControllerProcess
const loads = (): boolean => controller.lines.some((line) => line.startsWith('loads '))

before(async () => {
  const usual = process.env['NODE_OPTIONS']
  process.env['NODE_OPTIONS'] = `${usual ?? ''} --import=data:text/javascript,${encodeURIComponent(hooks)}`
  controller = await startProcess(state.folder)
  if (usual === undefined) delete process.env['NODE_OPTIONS']
  else process.env['NODE_OPTIONS'] = usual
  const document = documentOf('writer', 1, Date.now())
  const headers = { 'content-type': 'application/jose' }
  const published = await fetch(`${controller.base}/v1/agents/writer`, { method: 'PUT', headers, body: document })
  assert.equal(published.status, 201)
})
after(async () => {
  await controller?.end('SIGKILL')
  state.remove()
})

test('a controller that no model has asked has loaded nothing for that', async () => {
  await controller.json('/v1/status')
  await controller.json('/openapi.json')
  assert.equal(loads(), false)
})

for (const era of Object.keys(eras) as Era[]) {
  describe(`a client of the era of ${era}`, () => {
    let client: Client
    before(async () => (client = await connected(era, controller.base)))
    after(() => client.close())

    test('gets from every tool an answer that its schema describes, or a reason', async () => {
      assert.equal(client.getNegotiatedProtocolVersion(), era)
      assert.equal(loads(), true)
      const { tools } = await client.listTools() // from now on the client checks answers by their schemas
      const known: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
        network_link_load: { name: 'uplink' },
        network_proposal: { id: 'transit-1' },
        network_whois: { asked: 'writer' },
        network_line_quote: { from: 'a', to: 'b', bitsPerSecond: 1, for: '1h' },
        network_transfer_time: { from: 'office', to: 'transit', octets: 1_000_000, lineRate: 1_000_000 },
      }
      for (const { name } of tools) {
        const { isError, text, answer } = await called(client, name, known[name])
        assert.ok(Buffer.byteLength(text) <= maxAnswerOctets, name)
        const reason =
          /^there is no proposal "transit-1"; see network_proposals$|^vagus.yaml has no "lines"|^this controller obeys nobody’s intents/
        if (isError) assert.match(text, reason, `${name}: ${text}`)
        else assert.deepEqual(JSON.parse(text), answer)
      }
    })

    test('reads what the API has', async () => {
      const { answer: status } = await called(client, 'network_status')
      assert.deepEqual([status!['domain'], status!['sites']], ['test', 2])
      const { answer: agents } = await called(client, 'network_agents')
      const names = (agents!['items'] as AgentList['items']).map(({ name }) => name)
      assert.deepEqual(names, ['writer'])
      const { answer: events } = await called(client, 'network_events', { topics: 'agent' })
      assert.match(JSON.stringify(events), /"sentence":"writer \(worker\) has published itself, at no address"/)
      const { answer: load } = await called(client, 'network_link_load', { name: 'uplink', last: '1h' })
      assert.deepEqual([load!['name'], load!['capacity']], ['uplink', 1_000_000])
    })

    test('is heard although others say nonsense at the same time', async () => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
      const nonsense = ['', '{', '[1,2', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}', '{"jsonrpc":"2.0","id":{}}']
      const answers = nonsense.map((body) => fetch(`${controller.base}/mcp`, { method: 'POST', headers, body }))
      const [{ isError }, ...others] = await Promise.all([called(client, 'network_devices'), ...answers])
      assert.equal(isError, false)
      for (const { status } of others) assert.ok(status < 500)
      for (const other of others) await other.body?.cancel()
    })
  })
}

test('who listens for changes is told that there will be none', async () => {
  const client = await connected('2026-07-28', controller.base)
  const { honoredFilter, closed } = await client.listen({ toolsListChanged: true, promptsListChanged: true })
  assert.deepEqual([honoredFilter, await closed], [{}, 'graceful'])
  await client.close()
})

test('the controller ends at once, although clients of both eras are connected', async () => {
  const clients = await Promise.all((Object.keys(eras) as Era[]).map((era) => connected(era, controller.base)))
  assert.equal(await controller.end('SIGTERM'), 0)
  await Promise.all(clients.map((client) => client.close()))
})
