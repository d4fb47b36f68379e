import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { patientFetch } from '../src/call/patient-fetch.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((request, response) => answer(request, response))
let url = ''
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=1`
})
after(() => {
  server.close()
  server.closeAllConnections()
})

describe('a fetch without a clock', () => {
  test('asks and answers as that of Node does', async () => {
    answer = (request, response) =>
      void text(request).then((body) => {
        response.writeHead(418, 'Tea', { 'Set-Cookie': ['a=1', 'b=2'], 'X-Asked': request.headers['x-ask'] })
        response.end(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`)
      })
    const init = { method: 'POST', headers: { 'x-ask': 'why' }, body: 'wörd' }
    for (const one of [patientFetch, fetch]) {
      const response = await one(url, init)
      assert.deepEqual([response.status, response.statusText, response.ok], [418, 'Tea', false])
      assert.deepEqual([...response.headers.getSetCookie(), response.headers.get('x-asked')], ['a=1', 'b=2', 'why'])
      assert.equal(await response.text(), 'POST /a?b=1 text/plain;charset=UTF-8 wörd')
    }
  })
  test('gives what comes as it comes, and nothing where there is no content', async () => {
    answer = (_, response) => void response.write('one')
    const stop = new AbortController()
    const { body } = await patientFetch(url, { signal: stop.signal })
    const reader = body!.getReader()
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'one')
    const rest = reader.read()
    stop.abort()
    await assert.rejects(rest, { name: 'AbortError' })
    answer = (_, response) => void response.writeHead(204).end()
    assert.equal((await patientFetch(url)).body, null)
  })
  test('ends when it is told to, and says what broke it', async () => {
    const asked = Promise.withResolvers<ServerResponse>()
    answer = (_, response) => asked.resolve(response)
    const stop = new AbortController()
    const waiting = patientFetch(url, { signal: stop.signal })
    await asked.promise
    stop.abort()
    await assert.rejects(waiting, { name: 'AbortError' })
    answer = (_, response) => response.destroy()
    for (const one of [patientFetch, fetch])
      await assert.rejects(one(url), { name: 'TypeError', message: 'fetch failed' })
    await assert.rejects(patientFetch('http://127.0.0.1:9/'), ({ cause }: Error) => {
      assert.equal((cause as NodeJS.ErrnoException).code, 'ECONNREFUSED')
      return true
    })
  })
})
