import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Told } from '@vagus/api/steering'
import { classMeds } from '@vagus/bgp/actuation'
import { medAbove, preferenceProblem, toldWith } from '../../../src/steering/approval/preference.ts'

const told = (med: number | null, asPathLength: number | null = 1): readonly Told[] => [
  { neighbour: 'AS64999', med, asPathLength },
]
const on = (link: string, med: number | null, length: number | null = 1) => ({ link, told: told(med, length) })

describe('the neighbour prefers', () => {
  test('the lower MED, where none is the lowest', () => {
    assert.equal(preferenceProblem(on('tr-2', 100), [on('tr-1', 200)]), undefined)
    assert.equal(preferenceProblem(on('tr-2', null), [on('tr-1', 200)]), undefined)
    assert.equal(
      preferenceProblem(on('tr-2', 200), [on('tr-1', 200)]),
      'AS64999 is sent MED 200, 1 AS there, which is no better than on tr-1, where AS64999 is sent MED 200, 1 AS',
    )
    assert.match(preferenceProblem(on('tr-2', 100), [on('tr-1', 200), on('tr-3', null)])!, /on tr-3, where .* MED none/)
  })
  test('the shorter AS_PATH before that', () => {
    assert.equal(preferenceProblem(on('tr-2', 500, 1), [on('tr-1', 200, 2)]), undefined)
    assert.match(preferenceProblem(on('tr-2', 10, 3), [on('tr-1', 200, 2)])!, /MED 10, 3 ASes there/)
  })
  test('by MED alone where the length of a path is not known', () => {
    assert.equal(preferenceProblem(on('tr-2', 100, null), [on('tr-1', 200, 3)]), undefined)
    assert.equal(preferenceProblem(on('tr-2', 100, 3), [on('tr-1', 200, null)]), undefined)
    assert.match(preferenceProblem(on('tr-2', 200, 3), [on('tr-1', 200, null)])!, /no better than on tr-1/)
  })
  test('no link where it is told nothing', () => {
    assert.equal(preferenceProblem({ link: 'tr-2', told: [] }, []), 'it is not announced to any neighbour there')
    assert.equal(preferenceProblem(on('tr-2', 100), [{ link: 'tr-1', told: [] }]), undefined)
  })
})

test('the MED to ask for is the least that is enough, and makes the goal preferred where paths are alike', () => {
  assert.equal(medAbove(told(100), 200, classMeds), 200)
  assert.equal(medAbove(told(null), 200, classMeds), 200)
  assert.equal(medAbove(told(200), 200, classMeds), 500)
  assert.equal(medAbove(told(1000), 200, classMeds), undefined)
  assert.equal(medAbove([], 200, classMeds), 200)
  fc.assert(
    fc.property(fc.nat({ max: 1200 }), fc.constantFrom(...classMeds), (goal, least) => {
      const med = medAbove(told(goal), least, classMeds)
      const enough = classMeds.filter((one) => one >= least && one > goal)
      assert.equal(med, enough.length === 0 ? undefined : Math.min(...enough))
      if (med === undefined) return
      assert.equal(preferenceProblem(on('tr-2', goal), [toldWith('tr-1', told(100), med)]), undefined)
    }),
  )
})
