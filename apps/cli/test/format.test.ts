import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { agoText, rateText, scaledText, scaleOf, timeText } from '../src/format.ts'

describe('figures', () => {
  test('a time of another day carries its date', () => {
    assert.equal(timeText('2026-11-03T12:41:07.123Z', '2026-11-03T23:00:00.000Z'), '12:41:07Z')
    assert.equal(timeText('2026-11-02T12:41:07.123Z', '2026-11-03T00:00:00.000Z'), '2026-11-02 12:41:07Z')
  })
  test('a clock that runs ahead gives no negative age', () => {
    assert.equal(agoText('2026-11-03T12:00:01.000Z', '2026-11-03T12:00:00.000Z'), '0 s ago')
    assert.equal(agoText(null, '2026-11-03T12:00:00.000Z'), 'never')
  })
  test('one scale serves a whole table', () => {
    const { divisor, prefix } = scaleOf(96_030_000)
    assert.equal(prefix, 'M')
    assert.deepEqual(
      [96_030_000, 9_710_000, 40_000, 0].map((value) => scaledText(value, divisor)),
      ['96.0', '9.7', '40.0k', '·'],
    )
  })
  test('what is too small for the scale has a prefix of its own, and six characters at most', () => {
    const rows = [
      [4.7e9, '4.7'],
      [12.3e6, '12.3M'],
      [2e6, '2.0M'],
      [49.9e6, '49.9M'],
      [50e6, '0.1'],
      [999_960, '1000k'],
      [300, '0.3k'],
      [10, '<0.1k'],
    ] as const
    for (const [value, text] of rows) assert.equal(scaledText(value, 1e9), text)
    assert.deepEqual([scaledText(10, 1000), scaledText(0.01, 1)], ['<0.1', '<0.1'])
  })
  test('every rate fits nine characters', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e18, noNaN: true }), (rate) =>
        assert.ok(rateText(rate).length <= 9, rateText(rate)),
      ),
    )
  })
})
