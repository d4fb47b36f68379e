import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { Proposal } from '@vagus/api/steering'
import { proposalEvents } from '../../src/steering/steering-events.ts'
import { proposal } from './proposal.ts'

const told = (one: Proposal, before: Proposal['state'] | undefined): readonly string[] =>
  proposalEvents(one, before).map(sentenceOf)

test('a proposal is told when it begins, is taken, is measured or is not needed any more, and not in between', () => {
  assert.deepEqual(told(proposal({}), undefined), [
    'tr-1 carries 93 % of its capacity, above its threshold; proposal transit-1: 10.1.0.0/16 from tr-1 to tr-2',
  ])
  assert.deepEqual(told(proposal({}), 'open'), [])
  assert.deepEqual(told(proposal({ state: 'taken' }), 'open'), [
    'Proposal transit-1 is in force: 10.1.0.0/16 from tr-1 to tr-2',
  ])
  assert.deepEqual(told(proposal({ state: 'relieved' }), 'open'), [
    'Proposal transit-1 has ended: tr-1 has room again without it',
  ])
  const seen = { link: 'tr-1', peak: 61e6, otherPeak: 104e6, secondsAbove: 0, otherSecondsAbove: 60 }
  assert.deepEqual(told(proposal({ state: 'measured', outcome: { seconds: 60, links: [seen] } }), 'taken'), [
    'Proposal transit-1 is measured: tr-1 carried up to 61 % of its capacity, without it 104 %',
  ])
  assert.deepEqual(told(proposal({ state: 'measured' }), 'taken'), [
    'Proposal transit-1 ended before anything was measured: not all of it is in force any more',
  ])
  assert.deepEqual(told(proposal({ state: 'outdated' }), 'open'), [])
})

test('of several moves the first is named, and the others are counted', () => {
  const [move] = proposal({}).moves
  const what = (count: number) =>
    proposalEvents(proposal({ moves: Array.from({ length: count }, () => move!), state: 'taken' }), 'open')[0]?.fields[
      'what'
    ]
  assert.equal(what(2), '10.1.0.0/16 from tr-1 to tr-2, and 1 more move')
  assert.equal(what(3), '10.1.0.0/16 from tr-1 to tr-2, and 2 more moves')
})
