import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createRawServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { controllerAddress } from '../src/address.ts'
import { type Client, clientOf, type Resource } from '../src/client.ts'
import { type Connection, follow } from '../src/event-stream.ts'
import { Failure } from '../src/failure.ts'

/** What may sit where a controller is expected: other programs, old versions, proxies, a controller that dies. */
async function peer(t: TestContext, answer: RequestListener): Promise<Client> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return clientOf(
    controllerAddress(`127.0.0.1:${(server.address() as AddressInfo).port}`),
    new AbortController().signal,
  )
}

const asked = (client: Client): Promise<Resource> => client.get<Resource>('Status', '/v1/status')
const problem = (status: number, more: object = {}): RequestListener => {
  const body = JSON.stringify({ type: 'about:blank', title: 'No', status, detail: 'because', ...more })
  return (_, response) => response.writeHead(status, { 'content-type': 'application/problem+json' }).end(body)
}

describe('an answer that is no resource', () => {
  const rows: readonly {
    readonly name: string
    readonly answer: RequestListener
    readonly exit: number
    readonly says: RegExp
  }[] = [
    { name: 'a page of another program', answer: (_, r) => void r.end('<html>hello'), exit: 1, says: /something else/ },
    {
      name: 'another kind',
      answer: (_, r) => void r.end('{"apiVersion":"vagus/v1","kind":"Matrix"}'),
      exit: 1,
      says: /vagus\/v1 Matrix instead of vagus\/v1 Status/,
    },
    {
      name: 'another version',
      answer: (_, r) => void r.end('{"apiVersion":"vagus/v2","kind":"Status"}'),
      exit: 1,
      says: /vagus\/v2 Status/,
    },
    {
      name: '404 of another program',
      answer: (_, r) => void r.writeHead(404).end('nope'),
      exit: 1,
      says: /answers HTTP 404/,
    },
    {
      name: '404 of a controller that is older',
      answer: problem(404, { detail: 'there is no /v1/status; see /openapi.json' }),
      exit: 1,
      says: /^the controller at http\S+ knows no \/v1\/status: it is older than this command$/,
    },
    { name: 'a refusal', answer: problem(403), exit: 4, says: /because/ },
    {
      name: 'a wrong question',
      answer: problem(400, { errors: [{ parameter: 'last', problem: 'must be 5m' }] }),
      exit: 2,
      says: /because/,
    },
    { name: 'a name that is not there', answer: problem(404), exit: 2, says: /because/ },
    { name: 'a gateway that waited', answer: problem(504), exit: 5, says: /because/ },
    { name: 'not now', answer: problem(503), exit: 1, says: /because/ },
    {
      name: 'a controller that dies in the middle',
      answer: (_, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{"apiVersion"', () => response.destroy())
      },
      exit: 3,
      says: /no controller at/,
    },
  ]
  for (const { name, answer, exit, says } of rows)
    test(`${name}: exit ${exit}`, async (t) => {
      const client = await peer(t, answer)
      await assert.rejects(asked(client), (error: unknown) => {
        assert.ok(error instanceof Failure)
        assert.equal(error.exit, exit)
        assert.match(error.message, says)
        return true
      })
    })
  test('which parameter was wrong stands in the second line', async (t) => {
    const client = await peer(t, problem(400, { errors: [{ parameter: 'last', problem: 'must be 5m' }] }))
    await assert.rejects(asked(client), { fix: 'last: must be 5m' })
  })
  test('a lab whose controller was killed: the fix starts that one again', async (t) => {
    const client = await peer(t, (request) => request.socket.destroy())
    await assert.rejects(asked(client), { exit: 3, fix: /vagus lab fault restart controller/ })
  })
  test('something that speaks no HTTP: exit 3', async (t) => {
    const server = createRawServer((socket) => void socket.end('220 mail.example ESMTP\r\n')).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const address = controllerAddress(`127.0.0.1:${(server.address() as AddressInfo).port}`)
    await assert.rejects(asked(clientOf(address, new AbortController().signal)), { exit: 3 })
  })
})

test('a Unix socket is asked like a port', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-cli-'))
  const hosts: (string | undefined)[] = []
  const server = createServer((request, response) => {
    hosts.push(request.headers.host)
    response.end(`{"apiVersion":"vagus/v1","kind":"Status","path":"${request.url}"}`)
  }).listen(join(folder, 'c.sock'))
  t.after(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const client = clientOf(controllerAddress(`unix:${folder}/c.sock`), new AbortController().signal)
  assert.deepEqual(await client.get('Status', '/v1/status', { by: 'src,dst', n: 3, none: undefined }), {
    apiVersion: 'vagus/v1',
    kind: 'Status',
    path: '/v1/status?by=src%2Cdst&n=3',
  })
  assert.deepEqual(hosts, ['localhost'])
})

test('a stream that drops is resumed after the last event, and nothing is shown twice', async (t) => {
  const ids: (string | undefined)[] = []
  const client = await peer(t, (request, response) => {
    ids.push(request.headers['last-event-id'] as string | undefined)
    const turn = ids.length - 1
    if (turn > 0) response.writeHead(200, { 'content-type': 'text/event-stream' })
    // It goes away before the stream; then two events and a third cut short; then an end on purpose; then the rest.
    if (turn === 0) response.destroy()
    else if (turn === 1)
      response.write('id: 7\ndata: {"n":7}\n\n: comment\n\nid: 8\r\ndata: {"n":8}\r\n\r\nid: 9\ndata: {"n"', () =>
        response.destroy(),
      )
    else if (turn === 2) response.end('event: end\ndata: {"title":"Not available now","detail":"stopping"}\n\n')
    else response.write('event: status\ndata: {}\n\nid: 9\ndata: {"n":9}\n\n')
  })
  const stop = new AbortController()
  const seen: string[] = []
  const listening: number[] = []
  const connections: Connection[] = []
  const stream = follow(client, {
    path: '/v1/events',
    after: '6',
    signal: stop.signal,
    onConnection: (c) => connections.push(c),
  })
  for await (const { id, data } of stream) {
    seen.push(`${id} ${data}`)
    listening.push(getEventListeners(stop.signal, 'abort').length)
    if (id === '9') stop.abort()
  }
  assert.deepEqual(seen, ['7 {"n":7}', '8 {"n":8}', '9 {"n":9}'])
  assert.deepEqual(ids, ['6', '6', '8', '8'])
  assert.deepEqual(listening, [1, 1, 1]) // no connection that is over is held
  assert.deepEqual(
    connections.map(({ type }) => type),
    ['lost', 'resumed', 'lost', 'resumed', 'lost', 'resumed'],
  )
  assert.equal(connections[4]!.type === 'lost' ? connections[4]!.because : '', 'stopping')
})

test('a stream with an event of more than 1 MiB is lost with that, whatever lines it has, and its lines may end in CR', async (t) => {
  const client = await peer(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`id: 7\rdata: {}\r\r${'data: x\n'.repeat(150_000)}\n`)
  })
  const stop = new AbortController()
  const seen: string[] = []
  const onConnection = (connection: Connection): void => {
    seen.push(connection.type === 'lost' ? connection.because : connection.type)
    stop.abort()
  }
  for await (const { id } of follow(client, { path: '/v1/events', after: '6', signal: stop.signal, onConnection }))
    seen.push(id)
  assert.deepEqual(seen, ['7', 'an event of the stream is longer than 1048576 octets'])
})

test('a stream is asked for again when the controller, or a proxy before it, says not now; not when it refuses', async (t) => {
  let asked = 0
  const client = await peer(t, (request, response) => {
    const answer = [problem(503), problem(504), problem(400)][asked++]!
    answer(request, response)
  })
  const lost: string[] = []
  const stream = follow(client, {
    path: '/v1/events',
    after: '',
    signal: new AbortController().signal,
    onConnection: (connection) => lost.push(connection.type),
  })
  await assert.rejects(stream.next(), { exit: 2 })
  assert.deepEqual(lost, ['lost', 'lost'])
})
