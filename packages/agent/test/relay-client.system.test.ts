/** What an agent tells a relay, by the octets of its stream. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Connection } from '../src/connection.ts'
import type { HostRoute, RouteReceiver } from '@vagus/transport'
import { RelayClient } from '../src/relay/relay-client.ts'

type Told = Readonly<Record<string, unknown>>

/** An agent with a session to a relay, whose words are pushed into `stream`. */
function atRelay(packet: RouteReceiver['packet'] = () => undefined) {
  const told: Told[] = []
  const carried = new PassThrough({ objectMode: true })
  const stream: Duplex = new Duplex({
    read() {
      // What the relay says is pushed.
    },
    write(line: Buffer, _, done) {
      const message = JSON.parse(line.toString()) as Told
      told.push(message)
      if (message['do'] === 'register') stream.push('{"registered":"me"}\n')
      else stream.emit('told', message)
      done()
    },
  })
  const connection = {
    peer: { identity: { id: 'did:key:zRelay' } },
    openStream: () => stream,
    datagrams: () => carried,
    closed: Promise.withResolvers<string>().promise,
  } as unknown as Connection
  const receiver = { packet, drained() {}, closed() {} } // eslint-disable-line
  const client = new RelayClient(
    () => Promise.resolve(connection),
    receiver,
    new AbortController().signal,
    () => undefined,
  )
  return { client, stream, told, carried }
}

test('a circuit that nobody waits for any more when it comes is closed again', async () => {
  const { client, stream, told } = atRelay()
  const quicker = new AbortController()
  const opening = client.open('relay', 'other', quicker.signal)
  const [{ ask }] = (await once(stream, 'told')) as [{ readonly ask: number }]
  quicker.abort(new Error('another address was faster'))
  await assert.rejects(opening, /another address was faster/)
  stream.push(`{"opened":7,"ask":${ask}}\n`)
  await once(stream, 'told')
  assert.deepEqual(told.at(-1), { do: 'close', circuit: 7 })
})

test('a circuit that nobody waits for from the beginning is not asked for', async () => {
  const { client, told } = atRelay()
  const gone = AbortSignal.abort(new Error('another address was quicker'))
  await assert.rejects(client.open('relay', 'other', gone), /another address was quicker/)
  assert.deepEqual(told, [{ do: 'register' }])
})

test('a relay that does not answer within five seconds is not waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { client } = atRelay()
  const opening = assert.rejects(client.open('relay', 'other', new AbortController().signal), /relay does not answer/)
  await turn()
  t.mock.timers.tick(5000)
  await opening
})

test('a circuit that another agent opened and no session uses within ten seconds is closed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const routes: HostRoute[] = []
  const { client, stream, told, carried } = atRelay((route) => routes.push(route))
  await client.stayAt('relay')
  stream.push('{"incoming":1}\n{"incoming":2}\n')
  await turn()
  carried.write({ octets: Uint8Array.of(0, 0, 0, 2, 0, 1, 7) })
  await turn()
  routes[0]!.used!()
  t.mock.timers.tick(9999)
  assert.deepEqual(told, [{ do: 'register' }])
  t.mock.timers.tick(1)
  assert.deepEqual(told.slice(1), [{ do: 'close', circuit: 1 }])
})

test('circuits that other agents open beyond 1,024 are closed at once, and its own are not counted', async () => {
  const { client, stream, told } = atRelay()
  const opening = client.open('relay', 'other', new AbortController().signal)
  const [{ ask }] = (await once(stream, 'told')) as [{ readonly ask: number }]
  stream.push(`{"opened":1025,"ask":${ask}}\n`)
  await opening
  for (let circuit = 1; circuit <= 1024; circuit++) stream.push(`{"incoming":${circuit}}\n`)
  stream.push('{"closed":1}\n{"incoming":1026}\n{"incoming":1027}\n')
  await once(stream, 'told')
  assert.deepEqual(told.at(-1), { do: 'close', circuit: 1027 })
  assert.equal(told.length, 3)
})
