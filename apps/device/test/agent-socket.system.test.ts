/** What AI agents' programs say of traces, on its way to the device agent. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { agentAt } from '../src/mcp/agent-socket.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-agent-socket-'))
const path = join(folder, 'control')
const server = createServer(({ headers: { traceparent = null } }, response) =>
  response.end(JSON.stringify(traceparent)),
)
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

test('a traceparent goes along; what is none, and what no field may have, leaves the call as it is', async () => {
  await once(server.listen(path), 'listening')
  const ask = (trace: string): Promise<unknown> => {
    const question = { method: 'GET', path: '/v1/status', within: 30_000, trace } as const
    return agentAt(path)(question, new AbortController().signal)
  }
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  assert.deepEqual(await ask(trace), { status: 200, body: trace })
  for (const other of ['00-\u0161', 'a\r\nb: c', 'mine'])
    assert.deepEqual(await ask(other), { status: 200, body: null })
})
