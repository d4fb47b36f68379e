import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatAge, formatPoints, formatRate, formatShareTick, withUnitsKept } from '../../src/figures/format.ts'

const spaced = (text: string): string => text.replaceAll('\u202f', ' ')

test('a rate never takes more than four figures, whatever its size', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9e14, noNaN: true }), (bits) => {
      assert.match(spaced(formatRate(bits)), /^(?:\d{1,3}|\d\.\d\d|\d\d\.\d) [kMGT]?b\/s$/)
    }),
  )
})

test('a mark on an axis of shares has no trailing zeros', () => {
  assert.deepEqual(
    [0, 0.005, 0.5, 1].map((share) => spaced(formatShareTick(share))),
    ['0 %', '0.5 %', '50 %', '100 %'],
  )
})

test('an age is told in its largest whole unit, and clocks that are apart give no age below zero', () => {
  assert.deepEqual(
    [-400, 999, 4300, 59_999, 60_000, 3_660_000, 200_000_000].map((age) => spaced(formatAge(age))),
    ['0 s', '0 s', '4 s', '59 s', '1m', '1h', '2d'],
  )
})

test('points bear their sign, and what rounds to nothing bears both', () => {
  assert.deepEqual([0.42, -12.2, 0.01].map(formatPoints), ['+0.4', '−12', '±0.0'])
})

test('no line breaks between a figure and its unit', () => {
  assert.equal(
    withUnitsKept('3 records were lost (0.8 %), in 2 streams, after 31 s, for 310 ms'),
    '3 records were lost (0.8\u202f%), in 2 streams, after 31\u202fs, for 310\u202fms',
  )
  assert.equal(withUnitsKept('again after 1h 05m, in 10 days'), 'again after 1h\u202f05m, in 10 days')
})
