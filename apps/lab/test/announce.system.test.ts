/** What the process does that tells a side-car of a move, by what it finds there. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'

const program = join(import.meta.dirname, '../src/announce/main.ts')

async function announce(port: number): Promise<{ readonly status: unknown; readonly said: string }> {
  const child = spawn(process.execPath, [program, String(port), 'wifi', '5g'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (octets: Buffer) => (said += octets.toString()))
  const [status] = (await once(child, 'close')) as [unknown]
  return { status, said }
}

test('says where the agent goes, and complains only of a side-car that is there and refuses', async () => {
  let answer = 204
  let asked = ''
  const server = createServer((request, response) => {
    asked = `${request.method} ${request.url} `
    request.on('data', (octets: Buffer) => (asked += octets.toString()))
    request.on('end', () => response.writeHead(answer).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  assert.deepEqual(await announce(port), { status: 0, said: '' })
  assert.equal(asked, 'POST /move {"from":"wifi","to":"5g"}')

  answer = 400
  assert.deepEqual(await announce(port), { status: 1, said: 'the side-car answers 400 to the move\n' })

  server.close()
  await once(server, 'close')
  assert.deepEqual(await announce(port), { status: 0, said: '' }, 'one that was killed has no session to bring over')
})
