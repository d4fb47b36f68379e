/** Whatever octets arrive, nothing but NetconfError comes of them, and what is read is written with the same meaning. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('mutated messages of every kind', () => {
  const { messages, framed, wellFormed, understood } = fuzz(1000, 1)
  // Some must be read and some refused on each level, else nothing was tried.
  assert.ok(framed > 600 && framed < 1.2 * messages, `${framed} framed`)
  assert.ok(wellFormed > 0.3 * framed && wellFormed < 0.95 * framed, `${wellFormed} of ${framed} well-formed`)
  assert.ok(understood > 0.3 * wellFormed && understood < wellFormed, `${understood} of ${wellFormed} understood`)
})
