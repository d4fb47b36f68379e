import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { movesText } from '@vagus/api/proposal-words'
import type { Proposal } from '@vagus/api/steering'
import { alarmOf, type BorderLink, expectedText, openFirst, outcomeText } from '../../src/figures/proposal-words.ts'

const link = (name: string, load: number | null, threshold = 80): BorderLink => ({
  link: name,
  device: 'pe-1',
  interface: 'eth3',
  capacity: 100,
  load,
  threshold,
  basis: 'learned',
  upper: null,
})
const move = (prefix: string, from: string, to: string) => ({ prefix, bitsPerSecond: 10, from, to })

describe('moves in words', () => {
  test('name what all have in common, and count what differs', () => {
    assert.equal(movesText([move('10.1.0.0/16', 'a', 'b')]), '10.1.0.0/16 a → b')
    const several = [move('10.1.0.0/16', 'a', 'b'), move('10.2.0.0/16', 'a', 'c'), move('10.2.0.0/16', 'a', 'b')]
    assert.equal(movesText(several), '2 prefixes a → 2 links')
    assert.equal(movesText([]), 'nothing')
  })
})

describe('loads in words', () => {
  const because = [link('a', 85), link('b', 93)]
  const expected = [
    { link: 'a', before: 85, after: 60 },
    { link: 'b', before: 93, after: 61.4 },
    { link: 'c', before: 99, after: 99 },
  ]
  const outcome: Proposal['outcome'] = {
    seconds: 600,
    links: [
      { link: 'b', peak: 70, otherPeak: 88, secondsAbove: 0, otherSecondsAbove: 60 },
      { link: 'a', peak: 62, otherPeak: 96, secondsAbove: 0, otherSecondsAbove: 60 },
    ],
  }

  test('are those of the fullest link because of which it was proposed', () => {
    assert.equal(expectedText({ because, expected }), '93 → 61\u202f%')
    assert.equal(outcomeText({ because, outcome }), 'peak 62, not 96\u202f%')
  })

  test('are unknown where nothing is known of it', () => {
    assert.equal(expectedText({ because, expected: [] }), '–')
    assert.equal(outcomeText({ because, outcome: null }), '–')
  })
})

test('those that wait for someone come first, and the order stays else', () => {
  const proposals = (['taken', 'open', 'relieved', 'open'] as const).map((state, at) => ({ id: `${at}`, state }))
  const ids = openFirst(proposals as unknown as Proposal[]).map(({ id }) => id)
  assert.deepEqual(ids, ['1', '3', '0', '2'])
})

describe('an alarm', () => {
  const proposal = { because: [link('a', 93)], moves: [move('10.1.0.0/16', 'a', 'b')] }
  const border = (...links: BorderLink[]) => ({ links, horizonSeconds: 300 })
  const stateOf = (...args: Parameters<typeof alarmOf>): string => alarmOf(...args).state

  test('tells of the load as it is now, and what could be done', () => {
    assert.deepEqual(alarmOf(proposal, border(link('b', 20), link('a', 95)), 'present'), {
      link: 'a',
      state: 'is at 95\u202f%, likely full within 5m',
      moves: '10.1.0.0/16 could enter over b',
    })
  })

  test('says so when the link is full, or below its threshold by now', () => {
    assert.equal(stateOf(proposal, border(link('a', 99.9)), 'present'), 'is full')
    assert.equal(stateOf(proposal, border(link('a', 70)), 'present'), 'is at 70\u202f%, below its threshold')
    assert.equal(stateOf(proposal, border(link('a', null)), 'present'), 'is likely to fill')
  })

  test('does not speak of now where what is known is of then', () => {
    assert.equal(stateOf(proposal, border(link('a', 93)), 'past'), 'was at 93\u202f%, likely full within 5m')
    assert.equal(stateOf(proposal, undefined, 'present'), 'was at 93\u202f%, likely full')
  })

  test('is of the fullest of several links, and counts several moves', () => {
    const several = {
      because: [link('a', 90), link('b', 95)],
      moves: [move('10.1.0.0/16', 'a', 'c'), move('10.2.0.0/16', 'b', 'd')],
    }
    const alarm = alarmOf(several, border(link('a', 90), link('b', 95)), 'present')
    assert.deepEqual([alarm.link, alarm.moves], ['b', '2 prefixes could enter over 2 other links'])
  })
})
