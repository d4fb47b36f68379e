import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from '@vagus/api/duration'
import { spanWords } from '../src/steering/class-commands.ts'
import { expectedText, isAbove, meaningOf, movesText, outcomeText } from '@vagus/api/proposal-words'
import { noPaint } from '../src/paint.ts'
import { borderText } from '../src/steering/border-text.ts'
import { decisionRecord } from '../src/steering/decision-record.ts'
import { borderList, measured, open, resourceOf } from './steering-samples.ts'

test('a time in a command to copy is the same when it is read', () => {
  assert.deepEqual([3600, 5400, 86_400, 61].map(spanWords), ['1h', '90m', '1d', '61s'])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400 * 400 }), (seconds) => {
      assert.equal(parseDuration(spanWords(seconds)), seconds * 1000)
    }),
  )
})

test('moves are counted where they differ, and named where they do not', () => {
  const [move] = open.moves as [(typeof open.moves)[number]]
  assert.equal(movesText([move]), '10.16.0.0/16 pe-1-tr-1 → pe-2-tr-1')
  assert.equal(movesText([move, { ...move, prefix: '10.17.0.0/16' }]), '2 prefixes pe-1-tr-1 → pe-2-tr-1')
  const elsewhere = { ...move, prefix: '10.17.0.0/16', from: 'pe-4-tr-2', to: 'ix' }
  assert.equal(movesText([move, elsewhere]), '2 prefixes 2 links → 2 links')
  assert.equal(movesText([]), 'nothing')
})

test('moves that end before they were measured do not claim that what they gave is known', () => {
  assert.match(meaningOf(measured), /what they gave is known$/)
  assert.match(meaningOf({ ...measured, outcome: null }), /ended before what they gave was known$/)
})

test('shares are those of the fullest link that was above its threshold', () => {
  const [link] = open.because as [(typeof open.because)[number]]
  const because = [{ ...link, link: 'pe-2-tr-1', capacity: 20e6 }, link]
  assert.equal(expectedText({ ...open, because }), '93 → 61 %')
  assert.equal(outcomeText({ ...measured, because }), 'peak 62, not 96 %')
  assert.equal(expectedText({ ...open, expected: [] }), '–')
})

test('of a link that is down no share is used', () => {
  const [border] = borderList.items as [(typeof borderList.items)[number]]
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  const links = border.links.map((link) => ({ ...link, load: 0, capacity: 0, threshold: 0, upper: 0 }))
  const shown = borderText({ ...border, links }, borderList.now, canvas)
  const record = decisionRecord(resourceOf(open), new Map(links.map(({ link }) => [link, 0])), canvas)
  for (const text of [shown, record]) assert.doesNotMatch(text, /NaN|Infinity|∞/)
  assert.match(shown, /none above its threshold/)
})

test('a link is above its threshold from there on, as the engine has it', () => {
  const at = (load: number | null) => isAbove({ load, capacity: 100, threshold: 80 })
  assert.deepEqual([null, 79, 80, 81].map(at), [false, false, true, true])
})
