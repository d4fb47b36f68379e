/** What the agent beside a router can agree to. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { declineText } from '@vagus/grasp/objectives'
import fc from 'fast-check'
import { classMeds } from '@vagus/bgp/actuation'
import { boundsOf, classOf, isCanonical, steeredPrefixes } from '../../src/steering/bounds.ts'
import { announcedProblem, appliedProblem, maxTold, neededMed, toldInOffer } from '../../src/steering/position.ts'
import type { Told } from '../../src/told.ts'

const told = (neighbour: string, med: number | null): Told => ({ neighbour, med, asPathLength: 2 })
const unknown: Told = { neighbour: 'c', med: null, asPathLength: null, unknown: 'it does not answer' }

describe('the MED that is needed', () => {
  const needed = (asked: number, ...now: readonly Told[]): number | string => {
    const answer = neededMed(asked, now, classMeds)
    return answer.type === 'needed' ? answer.med : declineText(answer)
  }

  test('is the one asked for where it drives traffic away, else the next class above what is told', () => {
    assert.equal(needed(200, told('a', 100)), 200)
    assert.equal(needed(200, told('a', null)), 200)
    assert.equal(needed(200), 200)
    assert.equal(needed(200, told('a', 100), told('b', 200)), 500)
    assert.equal(needed(10, told('a', 99)), 100)
    assert.equal(needed(1000, told('a', 1000)), 'RESOURCE a is told MED 1000 now, and no class has a higher one')
  })

  test('is not guessed where it is not known what a neighbour is told, or more are told than an offer tells of', () => {
    assert.equal(needed(200, told('a', 1), unknown), 'RESOURCE what c is told is not known: it does not answer')
    const many = Array.from({ length: maxTold + 1 }, (_, at) => told(`n${at}`, 1))
    assert.match(String(needed(200, ...many)), /^RESOURCE 17 neighbours are told of it there; at most 16/)
  })

  test('is always a class above all that is told, and not below what was asked for', () => {
    const med = fc.option(fc.nat({ max: 1200 }))
    fc.assert(
      fc.property(fc.constantFrom(...classMeds), fc.array(med, { maxLength: 5 }), (asked, meds) => {
        const now = meds.map((one, at) => told(`n${at}`, one))
        const answer = neededMed(asked, now, classMeds)
        const highest = Math.max(-1, ...meds.map((one) => one ?? 0))
        const enough = classMeds.filter((one) => one >= asked && one > highest)
        assert.equal(answer.type === 'needed' ? answer.med : undefined, enough[0])
      }),
    )
  })
})

describe('what was set', () => {
  const problem = (before: readonly Told[], after: readonly Told[]): string | undefined => {
    const said = appliedProblem(before, after, 200)
    return said && declineText(said)
  }

  test('is there when all who heard of the prefix hear the MED, and nobody else does', () => {
    assert.equal(problem([told('a', 1)], [told('a', 200)]), undefined)
    assert.equal(problem([], []), undefined)
    assert.equal(problem([told('a', 1)], [told('a', 1)]), 'RESOURCE a is told MED 1, not MED 200')
    assert.match(problem([told('a', 1)], [told('a', null)])!, /a is told MED none, not MED 200$/)
    assert.match(problem([told('a', 1)], [told('a', 200), told('b', 200)])!, /b is told of the prefix now, and was not/)
    assert.match(
      problem([told('a', 300)], [told('a', 200)])!,
      /a was told MED 300 before, so that MED 200 draws traffic$/,
    )
    assert.match(problem([told('a', 1), told('b', 1)], [told('a', 200)])!, /b is not told of the prefix any more/)
    assert.match(problem([told('c', 1)], [unknown])!, /what c is told is not known/)
    assert.match(problem([told('c', 1)], [unknown])!, /^BUSY /, 'whoever asks again may hear more')
  })

  test('is told with names that fit, and without the MED of the configuration where a class hides it', () => {
    const long = { ...told('n'.repeat(80), 7) }
    assert.deepEqual(toldInOffer([long]), [{ neighbour: 'n'.repeat(64), med: 7, asPathLength: 2 }])
    assert.deepEqual(toldInOffer([told('a', 7)], 'hidden'), [{ neighbour: 'a', med: null, asPathLength: 2 }])
  })

  test('where nobody is told of the prefix, nothing comes in', () => {
    assert.equal(declineText(announcedProblem([])!), 'RESOURCE it is not announced to any neighbour there')
    assert.equal(announcedProblem([told('a', null)]), undefined)
  })
})

describe('the bounds of the operator', () => {
  test('are the MEDs of classes that set nothing else, and prefixes with what is within', () => {
    assert.deepEqual(classMeds, [10, 50, 100, 200, 500, 1000])
    assert.deepEqual([classOf(10), classOf(1000)], [1, 6])
    assert.throws(() => classOf(11), /MED 11 is none of 10, 50, 100, 200, 500, 1000/)
    const { allows } = boundsOf({ prefixes: ['10.16.0.0/12', '2001:db8::/32'], leaseMs: 1000 })
    assert.deepEqual(
      ['10.16.0.0/12', '10.17.0.0/16', '10.0.0.0/8', '10.32.0.0/16', '2001:db8:1::/48', '::/0', '0.0.0.0/0'].map(
        allows,
      ),
      [true, true, false, false, true, false, false],
    )
    assert.equal(boundsOf({ prefixes: [], leaseMs: 1000 }).allows('192.0.2.0/24'), true)
  })

  test('let in no other spelling of a prefix, and nothing that is none', () => {
    const { allows } = boundsOf({ prefixes: [], leaseMs: 1000 })
    for (const wrong of ['10.16.0.1/16', '010.16.0.0/16', '2001:DB8::/32', '10.16.0.0', '', '10.16.0.0/33', 'nan/0'])
      assert.equal(isCanonical(wrong) || allows(wrong), false, wrong)
    fc.assert(fc.property(fc.string({ maxLength: 43 }), (text) => typeof allows(text) === 'boolean'))
  })

  test('are refused when a word is no prefix, with what would be right', () => {
    assert.deepEqual(steeredPrefixes(['10.0.0.0/8']), ['10.0.0.0/8'])
    assert.throws(() => steeredPrefixes(['eth1']), /must be prefixes such as 192\.0\.2\.0\/24: .*eth1/)
  })
})
