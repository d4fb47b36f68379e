import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { followEvents } from '../../src/record/controller-events.ts'

test('a controller that is not ready is asked again over the same connection, and then where the last event was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-events-'))
  const socket = join(folder, 'socket')
  const file = join(folder, 'events.jsonl')
  const ending = new AbortController()
  const asked: string[] = []
  const connections = new Set<unknown>()
  const server = createServer((request, response) => {
    asked.push(String(request.headers['last-event-id']))
    connections.add(request.socket)
    if (asked.length === 1) response.writeHead(503).end('{"title":"it starts"}')
    else if (asked.length === 2) response.end('id: 7\ndata: {"event":1}\n\n')
    else ending.abort()
  })
  try {
    await new Promise<void>((done) => server.listen(socket, done))
    await followEvents(socket, file, ending.signal)
    assert.deepEqual(asked, ['0', '0', '7'])
    assert.equal(connections.size, 1)
    assert.equal(readFileSync(file, 'utf8'), '{"event":1}\n')
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
})
