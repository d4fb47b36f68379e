import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUndoTimers } from '../../src/inside/undo-timers.ts'

test('a fault is undone once, by the last that was said of its object', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const undone: string[] = []
  const timers = createUndoTimers()
  timers.set('link a', 10, () => undone.push('first'))
  timers.set('link b', 10, () => undone.push('other'))
  mock.timers.tick(5000)
  timers.set('link a', 10, () => undone.push('second'))
  mock.timers.tick(9999)
  assert.deepEqual(undone, ['other'])
  mock.timers.tick(1)
  assert.deepEqual(undone, ['other', 'second'])
})

test('a fault that was undone by hand is not undone again', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const timers = createUndoTimers()
  timers.set('disk', 10, () => assert.fail('undone again'))
  timers.clear('disk')
  timers.clear('never faulted')
  mock.timers.tick(20_000)
})
