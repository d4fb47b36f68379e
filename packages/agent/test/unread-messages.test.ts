import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UnreadMessages } from '../src/exchange/unread-messages.ts'

const alice = 'did:key:zAlice'
const bob = 'did:key:zBob'

describe('messages that were not read', () => {
  test('of one agent have a limit, and of all, beyond which whoever has little goes on', () => {
    const unread = new UnreadMessages({ ofOne: 40, ofAll: 60, spared: 5 })
    unread.grow(alice, 40)
    assert.equal(unread.hasRoom(alice, 1), false)
    assert.equal(unread.hasRoom(bob, 20), true)
    unread.grow(bob, 20)
    assert.equal(unread.hasRoom(bob, 1), false)
    assert.equal(unread.hasRoom('did:key:zCarol', 6), false)
    assert.equal(unread.hasRoom('did:key:zCarol', 5), true)
    unread.grow(alice, -40)
    assert.equal(unread.hasRoom(bob, 20), true)
    assert.equal(unread.octets, 20)
  })

  test('are held back sooner in each exchange when half of the room is taken', () => {
    const unread = new UnreadMessages({ ofOne: 40, ofAll: 60, spared: 5 })
    const most = (): readonly number[] => [unread.mostInOne(alice), unread.mostInOne(bob)]
    unread.grow(alice, 20)
    assert.deepEqual(most(), [2 ** 20, 2 ** 20])
    unread.grow(alice, 1)
    assert.deepEqual(most(), [16_384, 2 ** 20])
    unread.grow(bob, 10)
    assert.deepEqual(most(), [16_384, 16_384])
  })
})
