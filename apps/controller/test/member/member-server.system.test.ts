/** The port behind the side-car of the controller, asked as anybody on this host could ask it. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Hono } from 'hono'
import type { AgentLines } from '../../src/lines/agents/agent-lines.ts'
import { type MemberServer, openMemberServer } from '../../src/member/member-server.ts'
import { idOf } from '../support/roster.ts'

const secret = 'a-secret-of-43-characters-which-nobody-knows'
const asked: string[] = []
/** What came to the operator's API beside reading. */
const operated: string[] = []
const lines = {
  release: async (agent: string, id: string) => {
    asked.push(`${agent} releases ${id}`)
    throw new Error('a secret of the inside')
  },
} as unknown as AgentLines
const errors: Error[] = []
let server: MemberServer
before(async () => {
  const api = (request: Request): Response => {
    if (request.method !== 'GET') operated.push(`${request.method} ${request.url}`)
    return Response.json({ path: new URL(request.url).pathname, items: [] })
  }
  const a2a = new Hono().post('/a2a', (c) => c.text('a2a'))
  server = await openMemberServer({ version: '1', secret, api, lines, a2a, onError: (error) => errors.push(error) })
})
after(() => server.stop())

async function released(agent: string | undefined) {
  const client = new Client({ name: 'test', version: '1' })
  const headers = agent === undefined ? {} : { 'vagus-agent': agent }
  await client.connect(new StreamableHTTPClientTransport(new URL(server.mcp), { requestInit: { headers } }))
  try {
    return await client.callTool({ name: 'network_line_release', arguments: { id: 'line-1' } })
  } finally {
    await client.close()
  }
}

describe('the controller’s MCP for members', () => {
  test('is nowhere for who does not know the secret', async () => {
    const { origin } = new URL(server.mcp)
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'vagus-agent': idOf(1) }, body: '{}' }
    for (const path of [
      '/a2a',
      '/x/a2a',
      `/${secret.slice(1)}/a2a`,
      '/mcp',
      '//mcp',
      '/x/mcp',
      `/${secret.slice(0, -1)}/mcp`,
      `/${secret}`,
      '/',
      `/${secret}x/mcp`,
    ])
      assert.equal((await fetch(origin + path, init)).status, 404, path)
    assert.equal((await fetch(server.mcp)).status, 405)
    assert.equal(await (await fetch(`${server.a2a}/a2a`, init)).text(), 'a2a')
    assert.deepEqual(asked, [])
  })

  test('acts for the agent that the side-car names, and for nobody where it names none', async () => {
    assert.equal((await released(idOf(1))).isError, true)
    assert.deepEqual(
      [asked, errors.splice(0).map(({ message }) => message)],
      [[`${idOf(1)} releases line-1`], ['a secret of the inside']],
    )
    for (const nobody of [undefined, 'writer', `${idOf(1)}, ${idOf(2)}`])
      assert.equal((await released(nobody)).isError, true)
    assert.equal(asked.length, 1)
    assert.deepEqual(operated, [])
  })
})
