import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDateTime, formatTick, formatTime } from '../../src/figures/clock.ts'

const moment = Date.parse('2026-06-30T14:42:11.500Z')

test('a time in UTC is that of the moment, wherever the browser is', () => {
  assert.equal(formatTime(moment, 'utc'), '14:42:11')
  assert.equal(formatDateTime(moment, 'utc'), '2026-06-30 14:42:11')
})

test('a local time is that of the zone at that moment', () => {
  const local = new Date(moment)
  assert.equal(formatTime(moment, 'local').slice(0, 2), String(local.getHours()).padStart(2, '0'))
})

test('a tick says as much as tells it from its neighbours', () => {
  assert.equal(formatTick(moment, 'utc', { spanSeconds: 300, tickSeconds: 30 }), '14:42:11')
  assert.equal(formatTick(moment, 'utc', { spanSeconds: 300, tickSeconds: 60 }), '14:42')
  assert.equal(formatTick(moment, 'utc', { spanSeconds: 604_800, tickSeconds: 43_200 }), '06-30 14:42')
  const days = { spanSeconds: 604_800, tickSeconds: 86_400 }
  const midnight = Date.parse('2026-06-30T00:00:00Z')
  assert.equal(formatTick(midnight, 'utc', days), '06-30')
  assert.equal(formatTick(moment, 'utc', days), '06-30 14:42', 'where a day does not begin at midnight')
  assert.equal(formatTick(midnight, 'utc', { ...days, tickSeconds: 43_200 }), '06-30 00:00')
})
