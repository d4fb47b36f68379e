/** What an agent tells a relay, by the octets of its stream. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import type { Connection } from '../src/connection.ts'
import { RelayClient } from '../src/relay/relay-client.ts'

test('a circuit that nobody waits for any more when it comes is closed again', async () => {
  const told: Readonly<Record<string, unknown>>[] = []
  const stream: Duplex = new Duplex({
    read() {
      // What the relay says is pushed.
    },
    write(line: Buffer, _, done) {
      const message = JSON.parse(line.toString()) as Readonly<Record<string, unknown>>
      told.push(message)
      if (message['do'] === 'register') stream.push('{"registered":"me"}\n')
      else stream.emit('told', message)
      done()
    },
  })
  const connection = {
    peer: { identity: { id: 'did:key:zRelay' } },
    openStream: () => stream,
    datagrams: async function* () {
      // None comes.
    },
    closed: Promise.withResolvers<string>().promise,
  } as unknown as Connection
  const receiver = { packet() {}, drained() {}, closed() {} } // eslint-disable-line
  const closing = new AbortController().signal
  const client = new RelayClient(
    () => Promise.resolve(connection),
    receiver,
    closing,
    () => undefined,
  )
  const quicker = new AbortController()
  const opening = client.open('relay', 'other', quicker.signal)
  const [{ ask }] = (await once(stream, 'told')) as [{ readonly ask: number }]
  quicker.abort(new Error('another address was quicker'))
  await assert.rejects(opening, /another address was quicker/)
  stream.push(`{"opened":7,"ask":${ask}}\n`)
  await once(stream, 'told')
  assert.deepEqual(told.at(-1), { do: 'close', circuit: 7 })
})
