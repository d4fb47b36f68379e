/** What a side-car knows of calls that the process before it began. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '@vagus/agent'
import { type CallingAgent, Calls } from '../../src/local/calls.ts'
import { Notes } from '../../src/notes.ts'
import { protocol } from '../../src/wire/http-exchange.ts'

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
