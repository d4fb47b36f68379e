/** The command line and the page write every figure alike, the page with a thin space. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as cli from '../apps/cli/src/format.ts'
import * as page from '../apps/console/src/figures/format.ts'

type Text = (value: number | null) => string

interface Kind {
  readonly name: string
  readonly cli: Text
  readonly page: Text
  readonly rows: readonly (readonly [value: number | null, text: string])[]
}

const notNull =
  (text: (value: number) => string): Text =>
  (value) =>
    text(value!)

const kinds: readonly Kind[] = [
  {
    name: 'a rate in bits per second',
    cli: cli.rateText,
    page: page.formatRate,
    rows: [
      [null, '–'],
      [0, '0 b/s'],
      [0.4, '0.40 b/s'],
      [7, '7 b/s'],
      [999, '999 b/s'],
      [999.6, '1.00 kb/s'],
      [1234, '1.23 kb/s'],
      [999_499, '999 kb/s'],
      [41_234_567, '41.2 Mb/s'],
      [999_499_999, '999 Mb/s'],
      [999_500_000, '1.00 Gb/s'],
      [1e10, '10.0 Gb/s'],
      [3.2e14, '320 Tb/s'],
    ],
  },
  {
    name: 'a capacity in bits per second',
    cli: cli.capacityText,
    page: page.formatCapacity,
    rows: [
      [null, '–'],
      [1e8, '100 Mb/s'],
      [2.5e9, '2.5 Gb/s'],
      [1e9, '1 Gb/s'],
    ],
  },
  {
    name: 'things per second',
    cli: notNull(cli.perSecondText),
    page: notNull(page.formatPerSecond),
    rows: [
      [0, '0'],
      [0.44, '0.4'],
      [1312.4, '1,312'],
      [9999.4, '9,999'],
      [9999.6, '10.0 k'],
      [21_400, '21.4 k'],
    ],
  },
  { name: 'octets', cli: cli.octetsText, page: notNull(page.formatOctets), rows: [[1_250_000_000, '1.25 GB']] },
  {
    name: 'a count',
    cli: cli.countText,
    page: notNull(page.formatCount),
    rows: [
      [0, '0'],
      [1432.4, '1,432'],
      [10_000, '10,000'],
      [999_999, '999,999'],
      [1_234_567, '1.23 M'],
    ],
  },
  {
    // what is above zero never reads as 0, what is below one never as 100
    name: 'a share',
    cli: cli.shareText,
    page: page.formatShare,
    rows: [
      [null, '–'],
      [0, '0 %'],
      [0.0003, '<0.1 %'],
      [0.0996, '10.0 %'],
      [0.421, '42.1 %'],
      [0.9985, '99.9 %'],
      [0.9996, '>99.9 %'],
      [1, '100 %'],
      [1.042, '104 %'],
    ],
  },
  {
    name: 'a span in milliseconds',
    cli: cli.millisecondsText,
    page: page.formatMilliseconds,
    rows: [
      [null, '–'],
      [0, '0 ms'],
      [0.42, '0.4 ms'],
      [9.96, '10 ms'],
      [41.2, '41 ms'],
      [2600, '2.6 s'],
      [61_400, '1m 01s'],
      [3_700_000, '1h 01m'],
    ],
  },
  {
    name: 'a window in seconds',
    cli: notNull(cli.durationText),
    page: notNull(page.formatSpan),
    rows: [
      [0.42, '0.4 s'],
      [12, '12 s'],
      [59.7, '1m'],
      [85, '1m 25s'],
      [300, '5m'],
      [3660, '1h 01m'],
      [273_600, '3d 04h'],
    ],
  },
  {
    name: 'a delay in microseconds',
    cli: cli.delayText,
    page: page.formatDelay,
    rows: [
      [null, '–'],
      [180, '0.18 ms'],
    ],
  },
  {
    name: 'a sampling rate',
    cli: cli.samplingText,
    page: page.formatSampling,
    rows: [
      [null, '–'],
      [1, 'all'],
      [1000, '1:1000'],
    ],
  },
]

for (const kind of kinds)
  describe(kind.name, () => {
    for (const [value, text] of kind.rows)
      test(`reads ${text} for ${value} in a terminal, and on the page with thin spaces`, () => {
        assert.equal(kind.cli(value), text)
        assert.equal(kind.page(value), text.replaceAll(' ', page.thin))
      })
    test('is the same in a terminal and on the page, whatever its size', () => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1e16, noNaN: true }), (value) =>
          assert.equal(kind.page(value), kind.cli(value).replaceAll(' ', page.thin)),
        ),
      )
    })
  })

test('an age has the units of the command line on the page, which leaves out what changes every second', () => {
  const now = '2026-11-03T12:00:00.000Z'
  for (const seconds of [12, 85, 300, 3660, 273_600]) {
    const at = new Date(Date.parse(now) - seconds * 1000).toISOString()
    const age = page.formatAge(seconds * 1000).replaceAll(page.thin, ' ')
    assert.ok(cli.agoText(at, now).startsWith(age), `${age} of ${cli.agoText(at, now)}`)
  }
})
