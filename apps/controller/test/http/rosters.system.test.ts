import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseEndpoint } from '@vagus/address'
import type { AgentResource, EventList, Problem, RosterList, RosterResource } from '@vagus/api'
import { rosterListSchema, rosterResourceSchema } from '@vagus/api'
import { unknownRoster } from '@vagus/api/problem-types'
import type { Backend } from '../../src/http/backend.ts'
import { maxConnections } from '../../src/http/connections.ts'
import { serveHttp } from '../../src/http/serve.ts'
import { WaitingRoom } from '../../src/http/waiting-room.ts'
import { documentOf } from '../support/agent-document.ts'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { idOf, member, rosterOf } from '../support/roster.ts'
import { appOver } from '../support/app-over.ts'

const now = Date.now()
const owner = idOf(50)
const first = rosterOf(now, { epoch: 1, members: [member(1, 'writer')] })
const second = rosterOf(now, { epoch: 2, members: [member(1, 'writer', 'key on a stolen laptop')] })
const stranger = rosterOf(now, { epoch: 1, first: 60, name: 'globex' })

describe('rosters at a controller', () => {
  const place = newFolder(`access: { owners: [{ name: acme, id: '${owner}' }] }\n`)
  const { folder } = place
  let controller: ControllerProcess
  before(async () => (controller = await startProcess(folder)))
  after(async () => {
    await controller?.end('SIGTERM')
    place.remove()
  })

  const jose = { 'content-type': 'application/jose' }
  // Each over a connection of its own: one that is kept for later may be closed just when a busy machine uses it.
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('connection', 'close')
    return fetch(`${controller.base}/v1/rosters${path}`, { ...init, headers })
  }
  const put = (whose: string, jws: string, headers = {}) =>
    ask(`/${whose}`, { method: 'PUT', body: jws, headers: { ...jose, ...headers } })
  const operator = () => ({
    authorization: `Bearer ${readFileSync(join(folder, 'home/operator.key'), 'utf8').trim()}`,
  })
  const problemIn = async (answer: Response) => (await answer.json()) as Problem

  test('that nobody has published are unknown, which is not a wrong path', async () => {
    const answer = await ask(`/${owner}`)
    assert.deepEqual([answer.status, (await problemIn(answer)).type], [404, unknownRoster])
    assert.deepEqual((await controller.json<RosterList>('/v1/rosters')).items, [])
  })

  test('are published by owners of vagus.yaml, and by no others but with the key of the operator', async () => {
    assert.equal((await put(owner, first.jws)).status, 201)
    assert.equal((await put('acme', first.jws)).status, 200)
    const refused = await put(stranger.owner, stranger.jws)
    assert.equal(refused.status, 403)
    assert.match((await problemIn(refused)).detail!, /none of access\.owners/)
    assert.equal((await put(stranger.owner, stranger.jws, operator())).status, 201)
    const list = rosterListSchema.parse(await controller.json('/v1/rosters'))
    assert.deepEqual(
      list.items.map(({ name, epoch, members }) => [name, epoch, members]),
      [
        ['acme', 1, 1],
        ['globex', 1, 0],
      ],
    )
  })

  test('are given as they were signed, and as JSON to who asks for that', async () => {
    const signed = await ask('/acme')
    assert.deepEqual([signed.headers.get('content-type'), await signed.text()], ['application/jose', first.jws])
    const json = await ask(`/${owner}`, { headers: { accept: 'application/json' } })
    const { members, roster } = rosterResourceSchema.parse(await json.json())
    assert.deepEqual([members, roster], [[{ id: idOf(1), name: 'writer', roles: ['worker'] }], first.jws])
    const wrong = await ask('/acme?wait=3600&after=x')
    assert.equal(wrong.status, 400)
    assert.deepEqual(
      (await problemIn(wrong)).errors?.map(({ parameter }) => parameter),
      ['after', 'wait'],
    )
  })

  test('reach those who wait for the next one as soon as it is there; others hear that there is none', async () => {
    assert.equal((await ask('/acme?after=1')).status, 204)
    assert.equal((await ask('/acme?after=1&wait=1')).status, 204)
    // Many more than other connections may be, all at once, as after a restart.
    const waiting = Array.from({ length: 1000 }, () => ask('/acme?after=1&wait=50'))
    await ask('/acme?after=1&wait=1')
    assert.equal((await put(owner, second.jws)).status, 200)
    for (const answer of await Promise.all(waiting))
      assert.deepEqual([answer.status, await answer.text()], [200, second.jws])
  })

  test('say of agents who they are in the fleet, and events tell who is in quarantine', async () => {
    const document = documentOf('scribe', 1, now)
    const published = await fetch(`${controller.base}/v1/agents/scribe`, {
      method: 'PUT',
      body: document,
      headers: jose,
    })
    assert.equal(published.status, 201)
    const { member } = await controller.json<AgentResource>('/v1/agents/scribe')
    assert.deepEqual([member?.name, member?.quarantined?.reason], ['writer', 'key on a stolen laptop'])
    const { items } = await controller.json<EventList>('/v1/events?topics=agent,roster')
    const found = items.map(({ event, subject }) => `${event} ${subject}`)
    assert.deepEqual(found, [
      'roster.published acme',
      'roster.published globex',
      'roster.published acme',
      'agent.quarantined writer',
      'agent.listed scribe',
    ])
  })

  test('are there after kill -9, and older ones are refused still', async () => {
    await controller.end('SIGKILL')
    controller = await startProcess(folder)
    assert.equal(await (await ask('/acme')).text(), second.jws)
    const older = await put(owner, first.jws)
    assert.equal(older.status, 409)
    assert.match((await problemIn(older)).detail!, /epoch 1 is below 2/)
  })

  test('that are not believed are read a few times a minute, and the next one is told when to come back', async () => {
    const forged = `${rosterOf(now, { epoch: 3 }).jws.slice(0, -8)}AAAAAAAA`
    const answers: Response[] = []
    for (let time = 0; time < 9; time++) answers.push(await put(owner, forged))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...Array<number>(8).fill(400), 429],
    )
    const wait = Number(answers.at(-1)!.headers.get('retry-after'))
    assert.ok(wait > 0 && wait <= 60, String(wait))
    assert.equal((await put(owner, second.jws)).status, 200, 'what is here already costs nothing')
    assert.equal((await put(owner, forged, operator())).status, 400, 'the operator is not counted')
  })

  test('are taken away by the operator only, and come back from their owner', async () => {
    assert.equal((await ask('/acme', { method: 'DELETE' })).status, 403)
    const gone = await ask('/acme', { method: 'DELETE', headers: operator() })
    assert.equal(((await gone.json()) as RosterResource).epoch, 2)
    assert.equal((await ask('/acme')).status, 404)
    assert.equal((await put(owner, first.jws)).status, 409)
    assert.equal((await put(owner, second.jws, operator())).status, 201)
    assert.equal((await ask('/acme', { method: 'PATCH' })).status, 405)
  })
})

test('those who wait are counted apart: they shut out no others, and one too many is told when to come back', async (t) => {
  const waits = Promise.withResolvers<{ type: 'unchanged' }>()
  const newest: Backend['rosters']['newest'] = async (owner, { milliseconds }) => {
    if (owner === 'globex') return { type: 'newer', jws: 'a.b.c' }
    return milliseconds === 0 ? { type: 'unchanged' } : waits.promise
  }
  const rosters = { newest, all: () => ({ items: [] }) }
  const waitingRoom = new WaitingRoom(8)
  const app = appOver({ rosters }, { waitingRoom, now: Date.now })
  const server = await serveHttp(app.fetch, { kind: 'tcp', address: '127.0.0.1', port: 0 }, { waitingRoom })
  const { address, port } = parseEndpoint(server.address, 1)
  const open: Socket[] = []
  t.after(async () => {
    for (const socket of open) socket.destroy()
    await server.stop()
  })
  const connected = async (): Promise<Socket> => {
    const socket = connect(port, address)
    open.push(socket)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
  const answerTo = (socket: Socket, path: string): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>()
    socket.once('data', (octets: Buffer) => resolve(octets.toString()))
    socket.once('close', () => resolve('closed'))
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    return promise
  }
  const poll = '/v1/rosters/acme?wait=50'
  const waiting: Promise<string>[] = []
  for (let at = 0; at < waitingRoom.limit; at++) waiting.push(answerTo(await connected(), poll))
  const tooMany = await answerTo(await connected(), poll)
  assert.match(tooMany, /^HTTP\/1\.1 503 [^]*\r\nretry-after: 5\r\n[^]*8 wait already/i)
  const there = await answerTo(await connected(), '/v1/rosters/globex?after=1&wait=50')
  assert.match(there, /^HTTP\/1\.1 200 [^]*a\.b\.c$/, 'what is there needs no room')
  while (open.length < waitingRoom.limit + maxConnections) await connected()
  assert.match(await answerTo(open.at(-1)!, '/v1/rosters'), /^HTTP\/1\.1 200 /)
  assert.equal(await answerTo(await connected(), '/v1/rosters'), 'closed')
  waits.resolve({ type: 'unchanged' })
  for (const answer of await Promise.all(waiting)) assert.match(answer, /^HTTP\/1\.1 204 /)
  assert.match(await answerTo(open[0]!, poll), /^HTTP\/1\.1 204 /, 'who waited once may ask again')
})
