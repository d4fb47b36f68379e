import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { faultForms, faultOf } from '../src/fault.ts'

describe('the words of a fault', () => {
  test('are read as help shows them', () => {
    for (const { words, duration } of faultForms) {
      const typed = words.split(' ')
      assert.equal(faultOf(typed).kind, typed[0])
      if (duration === 'for') assert.equal((faultOf(typed, '10s') as { forSeconds: number }).forSeconds, 10)
      else assert.throws(() => faultOf(typed, '10s'), /takes no --for/)
    }
  })

  test('take durations in seconds, minutes and hours', () => {
    assert.deepEqual(faultOf(['link-down', 'a-b'], '2m'), { kind: 'link-down', link: 'a-b', forSeconds: 120 })
    assert.deepEqual(faultOf(['fill-disk'], '1h'), { kind: 'fill-disk', forSeconds: 3600 })
    assert.throws(() => faultOf(['fill-disk'], '10'), /"10" is no duration; write it as 10s, 5m or 1h/)
  })

  test('last a day at most, because a longer timer would end at once', () => {
    assert.deepEqual(faultOf(['fill-disk'], '24h'), { kind: 'fill-disk', forSeconds: 86_400 })
    for (const duration of ['0s', '86401s', '25h', '999999999999h']) {
      assert.throws(() => faultOf(['fill-disk'], duration), /a fault lasts 1s to 24h, got \d+ s/)
    }
  })

  test('that nobody knows are refused with those that there are', () => {
    assert.throws(() => faultOf(['explode']), /there is no fault "explode"; there are link-down, link-up/)
    assert.throws(() => faultOf(['toString']), /there is no fault/)
    assert.throws(() => faultOf([]), /there is no fault ""/)
    assert.throws(() => faultOf(['link-down']), /"link-down" should be: link-down LINK/)
    assert.throws(() => faultOf(['kill', 'pe-1']), /"pe-1" should be: controller/)
  })
})
