import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  agoText,
  countText,
  durationText,
  octetsText,
  rateText,
  scaledText,
  scaleOf,
  shareText,
  timeText,
} from '../src/format.ts'

const rows = (text: (value: number) => string, expected: readonly (readonly [number, string])[]): void => {
  for (const [value, shown] of expected) assert.equal(text(value), shown)
}

describe('figures', () => {
  test('rates have three significant digits and SI prefixes, also where rounding reaches the next prefix', () => {
    rows(rateText, [
      [0, '0 b/s'],
      [7, '7 b/s'],
      [0.4, '0.40 b/s'],
      [999, '999 b/s'],
      [999.6, '1.00 kb/s'],
      [1234, '1.23 kb/s'],
      [41_234_567, '41.2 Mb/s'],
      [999_499_999, '999 Mb/s'],
      [999_500_000, '1.00 Gb/s'],
      [3.2e14, '320 Tb/s'],
    ])
  })
  test('what is not known is a dash, not a zero', () => {
    for (const text of [rateText, octetsText, countText, shareText]) assert.equal(text(null), '–')
  })
  test('counts are exact up to a million', () => {
    rows(countText, [
      [0, '0'],
      [1432.4, '1,432'],
      [999_999, '999,999'],
      [1_234_567, '1.23 M'],
    ])
  })
  test('a share above nothing never reads as nothing, one below all never as all', () => {
    rows(shareText, [
      [0, '0 %'],
      [0.0001, '<0.1 %'],
      [0.421, '42.1 %'],
      [0.9999, '>99.9 %'],
      [1, '100 %'],
      [1.042, '104 %'],
    ])
  })
  test('durations are read at a glance', () => {
    rows(durationText, [
      [0.42, '0.4 s'],
      [12, '12 s'],
      [59.7, '1m'],
      [300, '5m'],
      [200, '3m 20s'],
      [3900, '1h 05m'],
      [273_600, '3d 04h'],
    ])
  })
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
      ['96.0', '9.7', '<0.1', '·'],
    )
  })
  test('every rate fits nine characters', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e18, noNaN: true }), (rate) =>
        assert.ok(rateText(rate).length <= 9, rateText(rate)),
      ),
    )
  })
})
