import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { type TestContext, test } from 'node:test'
import { ExpiringStreams } from '../../src/gateway/expiring-streams.ts'

const start = 1_000_000

class Stream extends EventEmitter {
  destroyed = false

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

function clockOf(t: TestContext): (milliseconds: number) => void {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: start })
  return (milliseconds) => t.mock.timers.tick(milliseconds)
}
const until = (at: number) => (now: number) => now < start + at

test('a stream ends within a second after its token, and no other does', (t) => {
  const pass = clockOf(t)
  const streams = new ExpiringStreams()
  const [short, long, year] = [new Stream(), new Stream(), new Stream()]
  streams.add(short, until(3500))
  streams.add(long, until(60_000))
  streams.add(year, until(365 * 86_400_000)) // longer than a timer of node waits
  pass(3000)
  assert.deepEqual([short.destroyed, long.destroyed], [false, false])
  pass(1000)
  assert.deepEqual([short.destroyed, long.destroyed], [true, false])
  pass(56_000)
  assert.deepEqual([long.destroyed, year.destroyed], [true, false])
})

test('a stream that has ended by itself is asked about no more', (t) => {
  const pass = clockOf(t)
  const streams = new ExpiringStreams()
  const stream = new Stream()
  let asked = 0
  streams.add(stream, () => ++asked > 0)
  streams.add(stream, () => ++asked > 0) // which is once more the same one
  pass(2000)
  assert.equal(asked, 2)
  stream.destroy()
  streams.add(stream, () => ++asked > 0)
  pass(10_000)
  assert.equal(asked, 2)
})
