/** Calls of the process before, and calls whose journal cannot be written for a while. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import type { Exchange } from '@vagus/agent'
import { Call } from '../../src/local/call.ts'
import { type CallingAgent, Calls } from '../../src/local/calls.ts'
import { KeptResponses } from '../../src/local/kept-responses.ts'
import { Notes } from '../../src/notes.ts'
import { pieceOctets, protocol } from '../../src/wire/http-exchange.ts'

test('of a call that nobody can come back for no note is left after a restart', (t) => {
  const notes = new Notes(':memory:')
  t.after(() => notes.close())
  const told: string[] = []
  const exchangeOf = (id: string): Exchange =>
    ({
      id,
      protocol,
      peerName: 'worker',
      cancel: (reason: string) => told.push(`${id}: ${reason}`),
      acknowledge: () => undefined,
    }) as unknown as Exchange
  const note = { caller: '', agent: 'worker', target: '/', rpcId: undefined, head: undefined }
  notes.addCall({ ...note, id: 'with a key', digest: 'd' })
  notes.addCall({ ...note, id: 'by its events', digest: '' }) // it has shown none
  const agent = { id: 'did:key:zOwn', exchanges: () => ['with a key', 'by its events', 'not noted'].map(exchangeOf) }
  const calls = new Calls(agent as unknown as CallingAgent, notes)
  assert.deepEqual(told, ['by its events: its program is gone', 'not noted: its program is gone'])
  assert.equal(notes.call('by its events'), undefined)
  assert.notEqual(notes.call('with a key'), undefined)
  calls.end()
})

/** Puts a body into an exchange whose disk is full, and returns how many messages it got, and whether it was ended. */
async function putOnFullDisk(put: (call: Call) => Promise<void>) {
  const taken: Uint8Array[] = []
  let isEnded = false
  const stored = () => Promise.reject(new Error('database or disk is full'))
  const queue = async (octets: Uint8Array) => taken.push(octets)
  const exchange = {
    state: 'open',
    get sent() {
      return taken.length
    },
    queue,
    stored,
    send: (octets: Uint8Array) => queue(octets).then(stored),
    end() {
      isEnded = true
      return stored()
    },
  } as unknown as Exchange
  const notes = new Notes(':memory:')
  const parts = { caller: '', continuity: 'resumable', notes, room: new KeptResponses(), learner: undefined } as const
  await put(new Call(exchange, { ...parts, onOver: () => undefined }))
  notes.close()
  return { octets: Buffer.concat(taken).length, isEnded }
}

test('a request that comes while the disk is full is whole in the journal, which stores it once there is room', async () => {
  const body = Buffer.alloc(2 * pieceOctets + 1)
  const whole = { octets: body.length, isEnded: true }
  assert.deepEqual(await putOnFullDisk((call) => call.upload(body)), whole)
  const request = Object.assign(Readable.from([body.subarray(0, 5), body.subarray(5)]), { complete: true })
  assert.deepEqual(await putOnFullDisk((call) => call.stream(request as unknown as IncomingMessage)), whole)
})
