/** No set that somebody writes makes a device throw, whoever signed it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'

test('mutated sets are refused or read, and every question about those has an answer', () => {
  const { believed, refused } = fuzz(4000, 20_261_128)
  assert.ok(believed > 100, `${believed} were believed`)
  for (const code of ['malformed', 'not-canonical', 'limit']) assert.ok((refused[code] ?? 0) > 0, code)
})
