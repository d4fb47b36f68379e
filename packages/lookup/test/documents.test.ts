import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Documents } from '../src/documents.ts'
import { identityOf } from './identities.ts'

const iat = Date.UTC(2026, 10, 25) / 1000
const now = iat * 1000
const hour = 3_600_000
const agent = (number: number) => identityOf(number, { iat, exp: iat + 3600 })

describe('documents that were verified', () => {
  test('are believed again where their agent was forgotten for others', () => {
    const documents = new Documents(1)
    const [first, second] = [agent(1), agent(3)]
    for (const identity of [first, second, first])
      assert.deepEqual(documents.take(identity.document, now), { identity })
  })
  test('that ended, or were still to begin, by a clock that was wrong are believed when it is right', () => {
    for (const wrong of [now + 2 * hour, now - 2 * hour]) {
      const documents = new Documents()
      const identity = agent(1)
      for (let count = 0; count < 2; count++) assert.ok('problem' in documents.take(identity.document, wrong))
      assert.deepEqual(documents.take(identity.document, now), { identity })
    }
  })
  test('say since when they have ended, and whose they were', () => {
    const documents = new Documents()
    const ended = agent(1)
    const problem = { problem: 'it expired at 2026-11-25T01:00:00.000Z', ended }
    assert.deepEqual(documents.take(ended.document, now + hour), problem)
    documents.take(ended.document, now)
    assert.deepEqual(documents.take(ended.document, now + hour), problem)
  })
})
