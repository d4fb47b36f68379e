import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scheduleOf } from '../src/roam/schedule.ts'
import { networkOf } from '../src/topology/network.ts'
import { readTopology } from '../src/topology/read.ts'
import { trafficPlan } from '../src/traffic-plan.ts'
import { edges } from '../src/wired/network.ts'
import { movesOf } from '../src/wired/moves.ts'

/** What each scenario draws from its seed. */
const drawn = {
  'roam: when which move begins': (seed: number) => scheduleOf({ moves: 30, how: 'mixed', kill: 'side-cars', seed }),
  'wired: which edge the host moves to': (seed: number) => movesOf({ count: 30, how: 'mixed', seed, edges }),
  'steer: who sends what to whom': (seed: number) =>
    trafficPlan(networkOf(readTopology('border')), { seed, matrix: 'gravity', load: 0.1 }),
}

describe('the same seed gives the same, and another one another', () => {
  for (const [what, of] of Object.entries(drawn)) {
    test(what, () => {
      assert.deepEqual(of(7), of(7))
      assert.notDeepEqual(of(8), of(7))
    })
  }

  test('a host of the scenario wired never moves to where it is', () => {
    for (let seed = 0; seed < 50; seed++) {
      const places = [edges[0], ...movesOf({ count: 20, how: 'sudden', seed, edges }).map(({ to }) => to)]
      for (const [at, place] of places.entries()) assert.notEqual(place, places[at + 1])
    }
  })
})
