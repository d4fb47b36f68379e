import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  formatAge,
  formatMilliseconds,
  formatCapacity,
  formatCount,
  formatOctets,
  formatPoints,
  formatRate,
  formatSampling,
  formatShare,
  formatShareTick,
  formatSpan,
  perSecondFigure,
  withUnitsKept,
} from '../../src/figures/format.ts'

const spaced = (text: string): string => text.replaceAll('\u202f', ' ')

describe('a rate', () => {
  const rows = [
    [0, '0 b/s'],
    [0.4, '0.40 b/s'],
    [60, '60 b/s'],
    [999, '999 b/s'],
    [999.6, '1.00 kb/s'],
    [1000, '1.00 kb/s'],
    [12_345, '12.3 kb/s'],
    [999_499, '999 kb/s'],
    [999_900, '1.00 Mb/s'],
    [412_000_000, '412 Mb/s'],
    [1e10, '10.0 Gb/s'],
    [4.2e12, '4.20 Tb/s'],
  ] as const
  for (const [bits, text] of rows)
    test(`of ${bits} bits per second reads ${text}`, () => assert.equal(spaced(formatRate(bits)), text))

  test('that is not known is a dash, not zero', () => assert.equal(formatRate(null), '–'))

  test('never takes more than four figures, whatever its size', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9e14, noNaN: true }), (bits) => {
        assert.match(spaced(formatRate(bits)), /^(?:\d{1,3}|\d\.\d\d|\d\d\.\d) [kMGT]?b\/s$/)
      }),
    )
  })
})

test('a capacity has no trailing zeros', () => {
  assert.equal(spaced(formatCapacity(1e8)), '100 Mb/s')
  assert.equal(spaced(formatCapacity(2.5e9)), '2.5 Gb/s')
  assert.equal(spaced(formatCapacity(1e9)), '1 Gb/s')
})

test('octets go by thousands', () => assert.equal(spaced(formatOctets(1_250_000_000)), '1.25 GB'))

test('a share reads as zero only when it is zero, and as the whole only when it is the whole', () => {
  assert.deepEqual(
    [0, 0.0003, 0.042, 0.0996, 0.43, 0.9985, 0.9996, 1, 1.2].map((share) => spaced(formatShare(share))),
    ['0 %', '<0.1 %', '4.2 %', '10.0 %', '43.0 %', '99.9 %', '>99.9 %', '100 %', '120 %'],
  )
})

test('a mark on an axis of shares has no trailing zeros', () => {
  assert.deepEqual(
    [0, 0.005, 0.5, 1].map((share) => spaced(formatShareTick(share))),
    ['0 %', '0.5 %', '50 %', '100 %'],
  )
})

test('a count is exact and grouped by threes below a million', () => {
  assert.deepEqual(
    [0, 9999, 10_000, 999_999, 1_284_310].map((count) => spaced(formatCount(count))),
    ['0', '9,999', '10,000', '999,999', '1.28 M'],
  )
})

test('packets that are all exported are not called one in one', () => {
  assert.deepEqual([null, 1, 1000].map(formatSampling), ['–', 'all', '1 in 1,000'])
})

test('a rate of records changes to thousands where it would grow long', () => {
  assert.deepEqual(perSecondFigure(0), { value: '0', unit: '/s' })
  assert.deepEqual(perSecondFigure(0.44), { value: '0.4', unit: '/s' })
  assert.deepEqual(perSecondFigure(1312.4), { value: '1,312', unit: '/s' })
  assert.deepEqual(perSecondFigure(21_400), { value: '21.4', unit: 'k/s' })
})

test('an age is told in its largest whole unit, and clocks that are apart give no age below zero', () => {
  assert.deepEqual(
    [-400, 999, 59_999, 60_000, 3_600_000, 200_000_000].map((age) => spaced(formatAge(age))),
    ['0 s', '0 s', '59 s', '1 min', '1 h', '2 d'],
  )
})

test('the length of a window is exact while it is short, as when the controller has just begun', () => {
  assert.deepEqual(
    [5, 60, 85, 300, 310, 3600, 86_400].map((seconds) => spaced(formatSpan(seconds))),
    ['5 s', '1 min', '85 s', '5 min', '5 min 10 s', '1 h', '1 d'],
  )
})

test('points bear their sign, and what rounds to nothing bears both', () => {
  assert.deepEqual([0.42, -12.2, 0.01].map(formatPoints), ['+0.4', '−12', '±0.0'])
})

test('milliseconds stay milliseconds, with a tenth where they are few', () => {
  assert.deepEqual(
    [0, 0.42, 9.96, 41.2, 48_120, null].map((each) => spaced(formatMilliseconds(each))),
    ['0 ms', '0.4 ms', '10 ms', '41 ms', '48,120 ms', '–'],
  )
})

test('no line breaks between a figure and its unit', () => {
  assert.equal(
    withUnitsKept('3 records were lost (0.8 %), in 2 streams, after 31 s, for 310 ms'),
    '3 records were lost (0.8\u202f%), in 2 streams, after 31\u202fs, for 310\u202fms',
  )
})
