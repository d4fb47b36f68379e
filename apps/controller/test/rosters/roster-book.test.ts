import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StoreError } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import { type KeptRoster, maxRosters, RosterBook, type RosterKeeper } from '../../src/rosters/roster-book.ts'
import { idOf, member, rosterOf } from '../support/roster.ts'

const now = Date.UTC(2026, 10, 26)
const day = 86_400_000

class Memory implements RosterKeeper {
  readonly kept = new Map<string, KeptRoster>()
  isFull = false
  load = () => [...this.kept.values()]
  keep(owner: string, kept: KeptRoster): void {
    if (this.isFull) throw new StoreError('disk-full', 'the disk is full')
    this.kept.set(owner, kept)
  }
  forget = (owner: string) => void this.kept.delete(owner)
}
const bookOf = (memory = new Memory()) => new RosterBook(memory, identityCrypto)
const owner = idOf(50)
const first = rosterOf(now, { epoch: 1, members: [member(1, 'writer')] })
const second = rosterOf(now, { epoch: 2, members: [member(1, 'writer', 'stolen'), member(3, 'boss')] })

describe('the rosters of a controller', () => {
  test('are the newest of each owner: nothing goes back, and no history is forked', () => {
    const book = bookOf()
    assert.equal(book.publish(owner, first.jws, now).type, 'added')
    assert.equal(book.publish(owner, second.jws, now).type, 'renewed')
    assert.equal(book.publish(owner, second.jws, now).type, 'unchanged')
    for (const old of [first, rosterOf(now, { epoch: 2 })]) {
      const refused = book.publish(owner, old.jws, now)
      assert.ok(refused.type === 'refused' && refused.because.code === 'rollback', JSON.stringify(refused))
    }
    assert.equal(book.find(owner)?.jws, second.jws)
  })

  test('are believed only of their owner, and while they hold', () => {
    const book = bookOf()
    const codes = [
      [idOf(7), first.jws, now],
      [owner, first.jws, now + 91 * day],
      [owner, `${first.jws.slice(0, -8)}AAAAAAAA`, now],
      [owner, 'a.b', now],
    ] as const
    const found = codes.map(([whose, jws, at]) => {
      const published = book.publish(whose, jws, at)
      return published.type === 'refused' ? published.because.code : published.type
    })
    assert.deepEqual(found, ['chain', 'expired', 'signature', 'malformed'])
    assert.deepEqual(book.all(), [])
  })

  test('are there after a restart, also expired ones, so that no older one takes their place', () => {
    const memory = new Memory()
    bookOf(memory).publish(owner, second.jws, now)
    const again = bookOf(memory)
    assert.equal(again.find(owner)?.epoch, 2)
    const older = rosterOf(now + 100 * day, { epoch: 1 })
    assert.equal(again.publish(owner, older.jws, now + 100 * day).type, 'refused')
    assert.deepEqual(again.memberships(idOf(1), now + 100 * day), [], 'it has expired')
    assert.equal(again.activeMembersOf(owner, now + 100 * day), undefined)
    const isActive = again.activeMembersOf(owner, now)!
    assert.deepEqual([idOf(1), idOf(3), idOf(5)].map(isActive), [false, true, false])
  })

  test('that were taken away come back when their owner publishes again, but no older one', () => {
    const memory = new Memory()
    const book = bookOf(memory)
    book.publish(owner, second.jws, now)
    assert.equal(book.forget(owner)?.epoch, 2)
    assert.equal(book.forget(owner), undefined)
    for (const here of [book, bookOf(memory)]) {
      assert.equal(here.find(owner), undefined)
      assert.deepEqual(here.memberships(idOf(1), now), [])
      assert.equal(here.publish(owner, first.jws, now).type, 'refused')
    }
    assert.equal(book.publish(owner, second.jws, now).type, 'added')
  })

  test('stay as they were when the disk takes nothing', () => {
    const memory = new Memory()
    const book = bookOf(memory)
    book.publish(owner, first.jws, now)
    memory.isFull = true
    assert.throws(() => book.publish(owner, second.jws, now), StoreError)
    assert.throws(() => book.forget(owner), StoreError)
    assert.equal(book.find(owner)?.epoch, 1)
  })

  test('say of an agent in which fleets it is', () => {
    const book = bookOf()
    book.publish(owner, second.jws, now)
    book.publish(idOf(60), rosterOf(now, { epoch: 1, first: 60, members: [member(1, 'scribe')] }).jws, now)
    const names = (id: string) => book.memberships(id, now).map(({ member }) => member.name)
    assert.deepEqual([names(idOf(1)), names(idOf(3)), names(idOf(9))], [['writer', 'scribe'], ['boss'], []])
  })

  test('are those of so many owners; those that were taken away make room', () => {
    const book = bookOf()
    const publish = (at: number) => book.publish(idOf(at), rosterOf(now, { epoch: 1, first: at }).jws, now).type
    for (let at = 100; at < 100 + maxRosters; at++) assert.equal(publish(at), 'added')
    assert.equal(publish(200), 'full')
    book.forget(idOf(120))
    assert.equal(publish(200), 'added')
    assert.equal(publish(120), 'full')
  })
})
