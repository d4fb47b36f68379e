import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { faultForms, faultOf } from '../src/fault.ts'

describe('the words of a fault', () => {
  test('are read as help shows them', () => {
    for (const { words, duration } of faultForms) {
      const typed = words.split(' ')
      assert.equal(faultOf(typed).kind, typed[0])
      if (duration === 'for') assert.equal((faultOf(typed, 10) as { forSeconds: number }).forSeconds, 10)
      else assert.throws(() => faultOf(typed, 10), /takes no --for/)
    }
  })

  test('last a day at most, because a longer timer would end at once', () => {
    assert.deepEqual(faultOf(['fill-disk'], 86_400), { kind: 'fill-disk', forSeconds: 86_400 })
    for (const seconds of [0, 86_401, 90_000, 3.6e15]) {
      assert.throws(() => faultOf(['fill-disk'], seconds), /a fault lasts 1s to 24h, got \d+ s/)
    }
  })

  test('that nobody knows are refused with those that there are', () => {
    assert.throws(() => faultOf(['explode']), /there is no fault "explode"; there are link-down, link-up/)
    assert.throws(() => faultOf(['toString']), /there is no fault/)
    assert.throws(() => faultOf([]), /there is no fault ""/)
    assert.throws(() => faultOf(['link-down']), /"link-down" should be: link-down LINK; the names: vagus link ls$/)
    assert.throws(() => faultOf(['fill-disk', 'x']), /"fill-disk x" should be: fill-disk; see: vagus lab fault --help$/)
    assert.throws(() => faultOf(['kill']), /"kill" should be: kill PROGRAM; the names: controller, /)
  })
})
