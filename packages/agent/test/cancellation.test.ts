import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cancellation } from '../src/dial/cancellation.ts'

test('whoever listens is told once, with the first reason, also who comes later, and not who left', () => {
  const cancellation = new Cancellation()
  const told: string[] = []
  const listener =
    (name: string) =>
    ({ message }: Error): number =>
      told.push(`${name} ${message}`)
  const left = listener('left')
  cancellation.add(left)
  cancellation.add(listener('early'))
  cancellation.delete(left)
  const signal = cancellation.signal()
  cancellation.check()
  assert.deepEqual([cancellation.reason, signal.aborted], [undefined, false])

  cancellation.cancel(new Error('first'))
  cancellation.cancel(new Error('second'))
  cancellation.add(listener('late'))
  assert.deepEqual(told, ['early first', 'late first'])
  assert.equal((signal.reason as Error).message, 'first')
  assert.equal((cancellation.signal().reason as Error).message, 'first')
  assert.throws(() => cancellation.check(), /first/)
})

test('who leaves while the others are told is not told', () => {
  const cancellation = new Cancellation()
  const told: string[] = []
  const second = (): number => told.push('second')
  cancellation.add(() => {
    told.push('first')
    cancellation.delete(second)
  })
  cancellation.add(second)
  cancellation.cancel(new Error('over'))
  assert.deepEqual(told, ['first'])
})
