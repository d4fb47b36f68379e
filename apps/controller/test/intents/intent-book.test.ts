import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { identityCrypto } from '@vagus/transport'
import { IntentBook } from '../../src/intents/intent-book.ts'
import { idOf } from '../support/roster.ts'
import { intentOf, setOf } from '../support/intent-set.ts'

const now = Date.UTC(2026, 10, 28)
const owner = idOf(50)
const day = 86_400_000
const first = setOf(now, { epoch: 1 })
const second = setOf(now, { epoch: 2, before: first, intents: [intentOf('freeze', { type: 'freeze' })] })

function memory() {
  const kept = new Map<string, string>()
  const keeper = {
    isFull: false,
    load: () => [...kept.values()],
    keep(whose: string, jws: string) {
      if (this.isFull) throw new Error('the disk is full')
      kept.set(whose, jws)
    },
  }
  return { keeper, book: () => new IntentBook(keeper, identityCrypto) }
}

describe('the newest set of an owner', () => {
  test('is taken, and again after a kill; an older one never is', () => {
    const { book } = memory()
    const one = book()
    assert.equal(one.publish(owner, first.jws, now).type, 'added')
    assert.equal(one.publish(owner, second.jws, now).type, 'renewed')
    const again = book()
    assert.equal(again.newest(owner)?.epoch, 2)
    assert.equal(again.publish(owner, second.jws, now).type, 'unchanged')
    const refused = again.publish(owner, first.jws, now)
    assert.ok(refused.type === 'refused' && refused.because.code === 'rollback', JSON.stringify(refused))
  })

  test('is kept for what must follow it also when it has expired', () => {
    const { book } = memory()
    book().publish(owner, second.jws, now)
    const late = now + 91 * day
    const one = book()
    assert.equal(one.publish(owner, setOf(late, { epoch: 1 }).jws, late).type, 'refused')
    assert.equal(one.publish(owner, setOf(late, { epoch: 3, before: second }).jws, late).type, 'renewed')
  })

  test('of somebody else, of another history, or changed on its way is refused', () => {
    const { book } = memory()
    const one = book()
    one.publish(owner, first.jws, now)
    const foreign = setOf(now, { epoch: 9, first: 60 })
    for (const jws of [foreign.jws, setOf(now, { epoch: 2 }).jws, second.jws.slice(0, -8) + 'AAAAAAAA', '', 'a.b.c'])
      assert.equal(one.publish(owner, jws, now).type, 'refused')
    assert.equal(one.newest(owner)?.epoch, 1)
  })

  test('is not here when the disk does not take it', () => {
    const { keeper, book } = memory()
    const one = book()
    one.publish(owner, first.jws, now)
    keeper.isFull = true
    assert.throws(() => one.publish(owner, second.jws, now), /disk is full/)
    assert.equal(one.newest(owner)?.epoch, 1)
  })

  test('whatever is published in whatever order, no epoch ever goes back', () => {
    const sets = [first, second]
    for (let epoch = 3; epoch < 8; epoch++) sets.push(setOf(now, { epoch, before: sets.at(-1)! }))
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...sets), { maxLength: 20 }), fc.nat(20), (published, crash) => {
        const { book } = memory()
        let one = book()
        let highest = 0
        for (const [at, { jws, epoch }] of published.entries()) {
          if (at === crash) one = book()
          one.publish(owner, jws, now)
          highest = Math.max(highest, epoch)
          assert.equal(one.newest(owner)?.epoch, highest)
        }
      }),
      { numRuns: 30 },
    )
  })
})
