import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needsData } from '../../../../scripts/needs.ts'
import type { Capacity } from '../../src/access/capacity.ts'
import { accessProfiles, oneWayOf, type Way } from '../../src/access/profile.ts'
import { parseTrace } from '../../src/access/trace.ts'

describe('a trace', () => {
  test('is one number of milliseconds a line', () =>
    assert.deepEqual(parseTrace('0\n1\n1\n3.5\n', 't'), [0, 1, 1, 3.5]))

  const rejects = [
    { name: 'text', text: '1\nx\n', says: /^t:2: "x" is not a number/ },
    { name: 'an empty file', text: '', says: /^t:1: "" is not a number/ },
    { name: 'times that go back', text: '5\n4\n', says: /^t:2: 4 comes after 5; each line is/ },
    { name: 'no time at all', text: '0\n0\n', says: /must last for longer than 0 ms/ },
    { name: 'a negative time', text: '-1\n', says: /is not a number/ },
  ]
  for (const { name, text, says } of rejects) {
    test(`refuses ${name}`, () => assert.throws(() => parseTrace(text, 't'), { message: says }))
  }
})

test(
  'the lte profile follows the recorded trace where it is, both ways',
  { skip: needsData('traces/ATT-LTE-driving-2016.up') },
  () => {
    const capacityOf = (way: Way): Capacity => oneWayOf(accessProfiles.lte, way).capacity
    const [up, down] = [capacityOf('up'), capacityOf('down')]
    assert.ok(up.kind === 'trace' && down.kind === 'trace')
    assert.ok(up.opportunities.length < down.opportunities.length)
  },
)

test('a profile without a trace has its rate each way', () => {
  const capacity = oneWayOf(accessProfiles.geo, 'up').capacity
  assert.deepEqual(capacity, { kind: 'rate', bitsPerSecond: 5_000_000 })
})
