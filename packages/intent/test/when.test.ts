/** When an intent holds, against a calendar that looks at each minute. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { firstTogether } from '../src/when.ts'
import { isActive, nextChange, type When, windowEnd } from '../src/index.ts'
import { anyNow, anyWhen, now } from './sets.ts'

const at = (text: string): number => Date.parse(text)
const minute = 60_000

/** By the calendar of JavaScript, one window and day after the other. */
function holdsByCalendar({ from, until, weekly }: When, moment: number): boolean {
  if (from !== undefined && moment < from) return false
  if (until !== undefined && moment >= until) return false
  if (weekly === undefined) return true
  const date = new Date(moment)
  const day = ((date.getUTCDay() + 6) % 7) + 1
  const before = day === 1 ? 7 : day - 1
  const passed = date.getUTCHours() * 60 + date.getUTCMinutes()
  return weekly.some((window) => {
    const isOvernight = window.to <= window.from
    const isToday = window.days.includes(day) && passed >= window.from && (isOvernight || passed < window.to)
    return isToday || (isOvernight && window.days.includes(before) && passed < window.to)
  })
}

describe('a window', () => {
  const nights: When = { weekly: [{ days: [1, 2, 3, 4, 5], from: 22 * 60, to: 6 * 60 }] }

  test('that ends before it begins ends on the next day', () => {
    assert.equal(isActive(nights, at('2026-11-27T22:00:00Z')), true) // a Friday
    assert.equal(isActive(nights, at('2026-11-28T05:59:59Z')), true)
    assert.equal(isActive(nights, at('2026-11-28T06:00:00Z')), false)
    assert.equal(isActive(nights, at('2026-11-28T22:00:00Z')), false)
    assert.equal(windowEnd(nights, at('2026-11-27T23:00:00Z')), at('2026-11-28T06:00:00Z'))
    assert.equal(nextChange(nights, at('2026-11-28T06:00:00Z')), at('2026-11-30T22:00:00Z'))
  })

  test('of Sunday lasts into Monday, also in the first week of 1970', () => {
    const sunday: When = { weekly: [{ days: [7], from: 23 * 60, to: 60 }] }
    assert.equal(isActive(sunday, at('1970-01-05T00:30:00Z')), true)
    assert.equal(isActive(sunday, at('1970-01-01T00:30:00Z')), false)
  })

  test('that goes on in the next one ends with that', () => {
    const both: When = {
      weekly: [
        { days: [1], from: 8 * 60, to: 12 * 60 },
        { days: [1], from: 12 * 60, to: 18 * 60 },
      ],
    }
    assert.equal(windowEnd(both, at('2026-11-30T09:00:00Z')), at('2026-11-30T18:00:00Z'))
  })

  test('of all days and hours has no end, but that of the intent', () => {
    const always: When = { weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 0 }] }
    assert.equal(windowEnd(always, now), undefined)
    assert.equal(nextChange(always, now), undefined)
    assert.equal(windowEnd({ ...always, until: now + 1000 }, now), now + 1000)
  })
})

test('an intent holds in the minutes in which a calendar says so', () => {
  fc.assert(
    fc.property(anyWhen, anyNow, (when, moment) => assert.equal(isActive(when, moment), holdsByCalendar(when, moment))),
    { numRuns: 2000 },
  )
})

test('nothing changes before the next change, and something does then', () => {
  fc.assert(
    fc.property(
      anyWhen,
      anyNow,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (when, moment, part) => {
        const change = nextChange(when, moment)
        const is = isActive(when, moment)
        const between = moment + Math.floor(part * ((change ?? moment + 21 * 86_400_000) - moment))
        assert.equal(isActive(when, between), is)
        if (change === undefined) return
        assert.ok(change > moment)
        assert.equal(isActive(when, change), !is)
        assert.equal(isActive(when, Math.max(moment, change - minute / 60)), is)
      },
    ),
    { numRuns: 2000 },
  )
})

test('two intents hold together for the first time when both do, and at no minute before', () => {
  fc.assert(
    fc.property(anyWhen, anyWhen, anyNow, (one, other, moment) => {
      const first = firstTogether(one, other, moment)
      const both = (at: number): boolean => holdsByCalendar(one, at) && holdsByCalendar(other, at)
      if (first !== undefined) assert.ok(first >= moment && both(first))
      // Beyond both beginnings and a week, nothing is new.
      const last = first ?? moment + 28 * 86_400_000
      for (let at = moment; at < last; at += 23 * minute) assert.ok(!both(at), new Date(at).toISOString())
    }),
    { numRuns: 150 },
  )
})
