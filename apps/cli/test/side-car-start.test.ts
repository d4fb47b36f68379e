import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Failure } from '../src/failure.ts'
import { startFailure } from '../src/side-car-start.ts'

describe('a journal that SQLite does not open', () => {
  for (const [what, errcode, fix] of [
    ['of another process', 5, /^end that one$/],
    ['that is no database', 26, /agents\/writer\/journal away .* end with gap/],
    ['that is malformed', 11, /agents\/writer\/journal away/],
    ['that is malformed in a way with a code of its own', 11 | (3 << 8), /agents\/writer\/journal away/],
    ['on a full disk', 13, /df$/],
    ['on a disk that fails when it is written', 10 | (3 << 8), /df$/],
    ['that lacks a table', 1, /^$/],
  ] as const)
    test(`${what} says what helps`, () => {
      const error = Object.assign(new Error('because'), { code: 'ERR_SQLITE_ERROR', errcode })
      assert.match((startFailure(error, 'writer', 'end that one') as Failure).fix, fix)
    })

  test('of a newer version says to update', () => {
    const error = Object.assign(new Error('because'), { code: 'newer-layout' })
    assert.match((startFailure(error, 'writer', '') as Failure).fix, /^update Vagus here/)
  })
})
