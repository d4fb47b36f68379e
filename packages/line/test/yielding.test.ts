import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Booking, yielding } from '../src/index.ts'
import { diamond, epoch, hour, linkBetween, networkOf } from './networks.ts'

const booking = (line: string, link: string, changes: Partial<Booking> = {}): Booking => ({
  line,
  link,
  direction: 'a-z',
  bitsPerSecond: 30e6,
  from: epoch,
  until: epoch + hour,
  ...changes,
})
const lowered = (bitsPerSecond: number) =>
  networkOf([linkBetween('R1', 'R2', { bitsPerSecond }), linkBetween('R2', 'R4')], diamond().attachments)

describe('where a link carries less than is booked on it', () => {
  const all = ['one', 'two', 'three'].map((line) => booking(line, 'R1-R2'))

  test('the youngest yields, and no more than have to', () => {
    assert.deepEqual(yielding(all, lowered(100e6)), [])
    assert.deepEqual(yielding(all, lowered(90e6)), [{ line: 'three', link: 'R1-R2' }])
    assert.deepEqual(yielding(all, lowered(40e6)), [
      { line: 'two', link: 'R1-R2' },
      { line: 'three', link: 'R1-R2' },
    ])
  })

  test('one that is small enough stays although an older one goes', () => {
    const bookings = [booking('one', 'R1-R2', { bitsPerSecond: 80e6 }), booking('two', 'R1-R2')]
    assert.deepEqual(yielding(bookings, lowered(50e6)), [{ line: 'one', link: 'R1-R2' }])
  })

  test('other times, directions and links do not count', () => {
    const bookings = [
      booking('one', 'R1-R2'),
      booking('two', 'R1-R2', { direction: 'z-a' }),
      booking('three', 'R1-R2', { from: epoch + hour, until: epoch + 2 * hour }),
      booking('four', 'R2-R4'),
    ]
    assert.deepEqual(yielding(bookings, lowered(34e6)), [])
  })

  test('what stays fits at every moment', () => {
    const one = fc.record({
      line: fc.integer({ min: 1, max: 8 }).map(String),
      link: fc.constantFrom('R1-R2', 'R2-R4'),
      bitsPerSecond: fc.integer({ min: 1, max: 60 }).map((rate) => rate * 1e6),
      from: fc.nat(10),
      lasts: fc.integer({ min: 1, max: 10 }),
    })
    const run = fc.property(fc.array(one, { maxLength: 20 }), (some) => {
      const bookings = some.map(({ lasts, ...rest }): Booking => ({
        ...rest,
        direction: 'a-z',
        until: rest.from + lasts,
      }))
      const network = lowered(70e6)
      const gone = new Set(yielding(bookings, network).map(({ line }) => line))
      // A line counts beside others; its own two bookings of a link are its own matter.
      for (const { name, bitsPerSecond } of network.links) {
        for (let at = 0; at < 20; at++) {
          const there = bookings.filter(
            (each) => each.link === name && !gone.has(each.line) && each.from <= at && at < each.until,
          )
          const lines = new Set(there.map(({ line }) => line))
          const sum = there.reduce((whole, each) => whole + each.bitsPerSecond, 0)
          assert.ok(sum <= network.share * bitsPerSecond || lines.size < there.length, `${sum} at ${at}`)
        }
      }
    })
    fc.assert(run, { numRuns: 300 })
  })
})
