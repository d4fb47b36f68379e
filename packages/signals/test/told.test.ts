import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldText } from '../src/told.ts'

test('a sentence is told without addresses, and without ids where these are not told', () => {
  const agent = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH'
  for (const [text, told] of [
    ['10.1.0.0/16 is in another lease there', 'an address is in another lease there'],
    ['connect ECONNREFUSED 192.0.2.7:443', 'connect ECONNREFUSED an address'],
    ['2001:db8::/32, then [2001:db8::7]:7601 and ::1.', 'an address, then an address and an address.'],
    ['::ffff:192.0.2.7 is reached', 'an address is reached'],
    [`${agent} is not among those`, 'an agent is not among those'],
    ['pe-1 to pe-2 by policy "a::b" of version 1.2.3', 'pe-1 to pe-2 by policy "an address" of version 1.2.3'],
    ['line-1: BUSY', 'line-1: BUSY'],
  ] as const)
    assert.equal(toldText(text, 'names'), told)
  assert.equal(toldText(`${agent} at 192.0.2.7`, 'ids'), `${agent} at an address`)
})
