import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'node:test'
import { unknownRoster } from '@vagus/api/problem-types'
import { controllerRosters } from '../src/index.ts'

const owner = 'did:key:z6Mkowner'
let server: Server
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

async function rostersOf(listener: RequestListener) {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return controllerRosters(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`)
}
const waiting = (after?: number, rotations?: number) => ({
  after,
  rotations,
  waitSeconds: 25,
  signal: AbortSignal.timeout(5000),
})

test('asks for the roster behind an epoch, and returns what comes', async () => {
  const asked: (string | undefined)[] = []
  const rosters = await rostersOf(({ url }, response) => {
    asked.push(url)
    response.end('a.b.c\n')
  })
  assert.equal(await rosters.newer(owner, waiting()), 'a.b.c')
  assert.equal(await rosters.newer(owner, waiting(7, 1)), 'a.b.c')
  const path = `/base/v1/rosters/${encodeURIComponent(owner)}?wait=25`
  assert.deepEqual(asked, [path, `${path}&after=7&rotations=1`])
})

test('nothing newer and nothing at all are no outage; a wrong path and a full room are', async () => {
  let [status, body] = [204, '']
  const rosters = await rostersOf((_, response) => response.writeHead(status).end(body))
  assert.equal(await rosters.newer(owner, waiting(7)), undefined)
  status = 404
  await assert.rejects(rosters.newer(owner, waiting()), /HTTP 404/)
  body = JSON.stringify({ type: unknownRoster })
  assert.equal(await rosters.newer(owner, waiting()), undefined)
  status = 503
  await assert.rejects(rosters.newer(owner, waiting()), /HTTP 503/)
})

test('an answer longer than any roster is not read', async () => {
  const rosters = await rostersOf((_, response) => response.end('x'.repeat(1_100_000)))
  await assert.rejects(rosters.newer(owner, waiting()), /more than/)
})
