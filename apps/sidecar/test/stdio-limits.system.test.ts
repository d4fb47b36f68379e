/** How many processes callers get at most, however many sessions they begin at once. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type StdioServer, startStdioServer } from '../src/stdio/stdio-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-stdio-limits-'))
const initialized = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'test', version: '1' } }
/** Leaves a file named as its process, and answers whatever comes as the request that begins a session. */
const script = `: >"$0/$$"; while read -r line; do echo '${JSON.stringify({ jsonrpc: '2.0', id: 1, result: initialized })}'; done`
const servers: StdioServer[] = []
after(async () => {
  await Promise.all(servers.map((server) => server.close()))
  rmSync(folder, { recursive: true, force: true })
})

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
const alive = (): number => readdirSync(folder).filter(isAlive).length

async function start(): Promise<StdioServer> {
  const server = await startStdioServer(
    ['sh', '-c', script, folder],
    () => ({ PATH: process.env['PATH'] }),
    () => undefined,
  )
  servers.push(server)
  return server
}

async function begin({ url }: StdioServer, caller: string): Promise<number> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'Vagus-Agent': caller,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  })
  await response.text()
  return response.status
}

/** The most processes that were there at once while `work` went on. */
async function mostWhile(work: Promise<unknown>): Promise<number> {
  let most = 0
  const look = setInterval(() => (most = Math.max(most, alive())), 10)
  await work.finally(() => clearInterval(look))
  return Math.max(most, alive())
}

test('a caller that has its 16 sessions and begins 24 at once has 16', async () => {
  const server = await start()
  for (let count = 0; count < 16; count++) assert.equal(await begin(server, 'one'), 200)
  const answers = Promise.all(Array.from({ length: 24 }, () => begin(server, 'one')))
  assert.equal(await mostWhile(answers), 16)
  for (const status of await answers) assert.ok(status === 200 || status === 503, `${status}`)
  assert.equal(alive(), 16)
  await server.close()
})

test('callers that begin 70 sessions at once have 64', async () => {
  const server = await start()
  const callers = ['one', 'two', 'three', 'four', 'five']
  const answers = Promise.all(callers.flatMap((caller) => Array.from({ length: 14 }, () => begin(server, caller))))
  assert.equal(await mostWhile(answers), 64)
  await answers
  await server.close()
})
