import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { wired } from '../src/index.ts'

describe('the scenario wired', { skip: needs('netns', 'frr', 'bird') }, () => {
  test('a plain TCP stream outlives a planned and a sudden move between access routers, and kill -9 leaves no route behind', async () => {
    const { halves, moves, routesLeft, killed, attachedAfter, address, routers } = await wired({
      moves: 2,
      how: 'mixed',
      interval: 2000,
      seed: 3,
      edges: ['pe-1', 'pe-4'],
    })
    const { vagus, without } = halves
    assert.deepEqual(moves, { planned: 1, sudden: 1 })
    assert.match(address, /^fd00:77:/)
    assert.match(routers.join(), /FRR.*BIRD/)
    assert.deepEqual([vagus.stream.state, vagus.stream.arrived], ['whole', vagus.stream.sent])
    // On a busy machine a program may be late, but what it sent before a planned move is not lost for that.
    const { planned, sudden } = vagus.kinds
    assert.ok(planned!.lost <= 2, JSON.stringify(planned))
    assert.ok(sudden!.lost < sudden!.sent, JSON.stringify(sudden))
    assert.ok(without.lost > vagus.lost, 'without it, the address is left behind')
    assert.ok(without.kinds.planned!.streamGaps.max > planned!.streamGaps.max)
    assert.deepEqual([attachedAfter.length, routesLeft], [2, 1])
    assert.ok(killed.backAfter > killed.withdrawnAfter)
  })
})
