import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busyBetween, Places, type ProcessorTime } from '../scripts/places.ts'

/** Two processors, and what passes on them. */
function machine(most = 4) {
  let [now, idle, all] = [0, 0, 0]
  const time = (): ProcessorTime => ({ idle, all })
  const places = new Places({ processors: 2, most, now: () => now, time })
  const pass = (milliseconds: number, idleProcessors: number): void => {
    now += milliseconds
    idle += milliseconds * idleProcessors
    all += milliseconds * 2
  }
  return { places, pass }
}

test('a file begins on each processor at once, however busy the machine is', () => {
  const { places, pass } = machine()
  pass(10_000, 0)
  assert.deepEqual(
    [0, 1, 2].map((running) => places.hasRoom(running)),
    [true, true, false],
  )
})

test('one more begins when a quarter of a processor had nothing to do for a while, and the next one when that has shown', () => {
  const { places, pass } = machine()
  pass(1000, 2)
  assert.equal(places.hasRoom(2), false, 'too soon to say')
  pass(1000, 0.1)
  assert.equal(places.hasRoom(2), true)
  assert.equal(places.hasRoom(3), false)
  pass(2000, 0.2)
  assert.equal(places.hasRoom(3), false)
  pass(2000, 0.3)
  assert.equal(places.hasRoom(3), true)
})

test('no more than allowed run on an idle machine, and one alone where that is asked for', () => {
  const { places, pass } = machine()
  pass(10_000, 2)
  assert.equal(places.hasRoom(4), false)
  const alone = machine(1)
  alone.pass(10_000, 2)
  assert.deepEqual(
    [0, 1].map((running) => alone.places.hasRoom(running)),
    [true, false],
  )
})

test('a machine that does not tell of its processors has one file on each', () => {
  const places = new Places({ processors: 2, most: 4, now: () => 1e6, time: () => ({ idle: 0, all: 0 }) })
  assert.equal(places.hasRoom(2), false)
})

test('of the time of all processors, what was not idle was used', () => {
  assert.equal(busyBetween({ idle: 100, all: 1000 }, { idle: 150, all: 1200 }), 75)
  assert.equal(busyBetween({ idle: 0, all: 0 }, { idle: 0, all: 0 }), 0)
})
