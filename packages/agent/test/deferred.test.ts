import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Deferred } from '../src/link/deferred.ts'

describe('what will be known later', () => {
  test('is the same to who asks before and who asks after, and the first word counts', async () => {
    const later = new Deferred<number>()
    const before = later.promise
    later.resolve(7)
    later.resolve(8)
    later.reject(new Error('too late'))
    assert.equal(later.promise, before)
    assert.equal(await before, 7)
  })
  test('fails for who asks, before or after, and for nobody else', async () => {
    const unhandled: unknown[] = []
    const listen = (error: unknown): number => unhandled.push(error)
    process.on('unhandledRejection', listen)
    const [asked, unasked] = [new Deferred<void>(), new Deferred<void>()]
    const before = asked.promise
    for (const later of [asked, unasked]) later.reject(new Error('gone'))
    await new Promise((resolve) => setImmediate(resolve))
    await assert.rejects(before, /gone/)
    await assert.rejects(unasked.promise, /gone/)
    process.off('unhandledRejection', listen)
    assert.deepEqual(unhandled, [])
  })
})
