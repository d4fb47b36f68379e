import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Autopilot, liveWorldOf, nobody, personWho, replay, type Weather } from '../../src/benchmark/index.ts'
import { periods } from '../fixture.ts'

const minute = 60_000
const hour = 60 * minute
const bounds = { proven: 0, lease: hour, moves: 8, perHour: 4, prefixes: [] }
const world = (weather: Weather, seed = 3) =>
  liveWorldOf(periods.training, { stepMinutes: 30, seed, weather, room: 1.3 })

describe('a replay', () => {
  test('follows from its seed', () => {
    const first = replay(world('losses'), new Autopilot(bounds))
    assert.deepEqual(replay(world('losses'), new Autopilot(bounds)), first)
    assert.notDeepEqual(replay(world('losses', 4), new Autopilot(bounds)), first)
  })

  test('without anybody who approves changes nothing', () => {
    const { approvals, ended, changes, shortestRest, proposals, lost } = replay(world('losses'), nobody)
    assert.deepEqual(
      { approvals, ended, changes, shortestRest },
      { approvals: 0, ended: 0, changes: 0, shortestRest: Infinity },
    )
    assert.ok(proposals > 0 && lost > 0)
  })

  test('loses less where moves are approved while capacity is lost', () => {
    const none = replay(world('losses'), nobody)
    const person = replay(world('losses'), personWho(2 * minute, hour))
    const alone = replay(world('losses'), new Autopilot(bounds))
    assert.ok(person.lost < none.lost, `${person.lost} and ${none.lost}`)
    assert.ok(alone.lost < none.lost, `${alone.lost} and ${none.lost}`)
  })

  test('keeps the bounds in all weathers: no prefix changes twice in two minutes, nor often in an hour', () => {
    let approvals = 0
    for (const weather of ['honest', 'ignoring', 'losses', 'bursts'] as const) {
      const pilot = new Autopilot({ ...bounds, perHour: 3, moves: 2 })
      const seen = replay(world(weather), pilot)
      approvals += seen.approvals
      assert.ok(seen.shortestRest >= 2 * minute, `${weather}: ${seen.shortestRest}`)
      assert.ok(seen.mostInHour <= 7, `${weather}: ${seen.mostInHour}`)
      assert.ok(seen.changes <= 4 * seen.approvals, 'two moves at most, there and back')
    }
    assert.ok(approvals > 10, `${approvals}`)
  })
})
