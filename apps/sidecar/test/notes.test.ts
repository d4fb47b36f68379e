import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Notes } from '../src/notes.ts'

const day = 86_400_000

test('states that nobody went on from are forgotten after a week, also by a side-car that runs on', (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: Date.now() })
  const notes = new Notes(':memory:')
  t.after(() => notes.close())
  notes.addCall({ id: 'c', caller: '', agent: 'worker', target: '/', digest: '', rpcId: undefined, head: undefined })
  notes.setProgress('p', 1, 'begun')
  t.mock.timers.tick(7 * day)
  assert.equal(notes.progress('p', 1), 'begun')
  t.mock.timers.tick(day)
  assert.equal(notes.progress('p', 1), undefined)
  assert.equal(notes.call('c')?.agent, 'worker', 'a call may run for longer')
})

test('of how far a stream had come, the two newest states are kept', (t) => {
  const notes = new Notes(':memory:')
  t.after(() => notes.close())
  for (const cursor of [1, 2, 3, 4]) notes.setProgress('p', cursor, cursor)
  assert.deepEqual(
    [1, 2, 3, 4, 9].map((sent) => notes.progress('p', sent)),
    [undefined, undefined, 3, 4, 4],
  )
})
