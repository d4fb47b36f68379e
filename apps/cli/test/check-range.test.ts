import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isAlert, readRange } from '../src/check/range.ts'

/** The table of the Monitoring Plugins guidelines, "Threshold and Ranges", with values at each edge. */
const rows: readonly (readonly [text: string, alerts: readonly number[], fine: readonly number[]])[] = [
  ['10', [-1, -0.001, 10.001, 11], [0, 5, 10]],
  ['10:', [-5, 9.999], [10, 1e12]],
  ['~:10', [10.001, 11], [-1e12, 0, 10]],
  ['10:20', [9, 21, -15], [10, 15, 20]],
  ['@10:20', [10, 15, 20], [9.999, 20.001, -15]],
  ['@~:20', [-1e12, 20], [20.001]],
  ['-5:5', [-5.1, 5.1], [-5, 0, 5]],
  ['0', [-1, 1], [0]],
  ['.5:1.5', [0.4, 1.6], [0.5, 1, 1.5]],
  [':5', [-1, 6], [0, 5]],
  ['~:', [], [-1e300, 0, 1e300]],
]

describe('a range of the Monitoring Plugins guidelines', () => {
  for (const [text, alerts, fine] of rows)
    test(`"${text}" alerts where the guidelines say so`, () => {
      const range = readRange(text)
      assert.ok(range !== undefined)
      for (const value of alerts) assert.ok(isAlert(range, value), `${value} must alert`)
      for (const value of fine) assert.ok(!isAlert(range, value), `${value} must not alert`)
    })

  for (const text of [
    '',
    '@',
    ':',
    '@:',
    '20:10',
    '1:2:3',
    'a',
    '10:b',
    '~',
    '~5:6',
    '1e3',
    '10 20',
    '5:~',
    '--5',
    '.',
  ])
    test(`"${text}" is none`, () => assert.equal(readRange(text), undefined))

  test('with @ alerts exactly where it would not alert without', () =>
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.integer(), (from, length, value) => {
        const text = `${from}:${from + length}`
        assert.notEqual(isAlert(readRange(text)!, value), isAlert(readRange(`@${text}`)!, value))
      }),
    ))

  test('is read from any text without an error', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[@~:0-9.-]{0,8}$/), (text) => {
        const range = readRange(text)
        if (range !== undefined) assert.ok(range.from <= range.to)
      }),
    ))
})
