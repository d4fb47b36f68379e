import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Failure } from '../src/failure.ts'
import { checkListen, checkReachedAt } from '../src/side-car-options.ts'
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

describe('addresses', () => {
  test('to listen at are not wss://, and the fix names --reached-at', async () => {
    await assert.rejects(checkListen(['udp://0.0.0.0:1', 'wss://a.example/ws']), ({ exit, fix }: Failure) => {
      assert.deepEqual([exit, fix.endsWith('--reached-at wss://a.example/ws')], [2, true])
      return true
    })
  })

  test('to be reached at are those that others can dial', async () => {
    await checkReachedAt(['wss://a.example/ws', 'udp://192.0.2.1:7601', 'tcp://[2001:db8::1]:7601'])
    for (const wrong of [
      'udp://a.example:7601',
      'udp://0.0.0.0:7601',
      'tcp://[::]:7601',
      'tcp://192.0.2.1:0',
      'https://a',
    ])
      await assert.rejects(checkReachedAt([wrong]), /"--reached-at" must be like/)
    await assert.rejects(checkReachedAt(Array.from({ length: 9 }, () => 'wss://a.example/ws')), /at most 8/)
  })
})
