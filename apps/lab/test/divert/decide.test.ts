import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Bid, decide, type Place, strategies } from '../../src/divert/scheduler/decide.ts'

const bid = (name: string, more: Partial<Bid> = {}): Bid => ({ name, site: `dc-${name}`, free: 1, wait: 0, transfer: 1000, withLine: null, ...more }) // prettier-ignore
const task = { work: 1500, left: 6000 }
const full = (wait: number): Place => ({ free: 0, wait })
/** The idlest is behind a full link; the other one has a shorter way and less room. */
const bids = [bid('north', { free: 4, transfer: 9000, withLine: 3000 }), bid('west', { wait: 500, transfer: 1200 })]
const home = { to: undefined, orders: 'nothing' } as const

describe('where a task is done', () => {
  test('is at home where a slot is free, whatever others offer', () => {
    for (const strategy of strategies) assert.deepEqual(decide(strategy, task, { free: 1, wait: 0 }, bids), home)
  })

  test('stays home, blind, or with what the network says', () => {
    assert.deepEqual(decide('stay', task, full(20_000), bids), home)
    assert.equal(decide('idlest', task, full(8000), bids).to, 'north')
    assert.equal(decide('aware', task, full(8000), bids).to, 'west')
  })

  test('is not worth a message where it would hardly be earlier', () => {
    assert.equal(decide('aware', task, full(1499), bids).to, undefined)
    assert.equal(decide('aware', task, full(1501), bids).to, 'west')
  })

  test('is never where nobody can tell how long the input takes, nor at nobody’s', () => {
    const unknown = [bid('north', { transfer: null })]
    for (const strategy of ['aware', 'line'] as const) {
      assert.deepEqual(decide(strategy, task, full(60_000), unknown), home)
      assert.deepEqual(decide(strategy, task, full(60_000), []), home)
    }
    assert.deepEqual(decide('idlest', task, full(60_000), []), home)
  })

  test('is as good as blind where the network says nothing', () => {
    const silent = [bid('north', { wait: 2000, transfer: undefined }), bid('west', { wait: 500, transfer: undefined })]
    for (const strategy of ['idlest', 'aware', 'line'] as const)
      assert.deepEqual(decide(strategy, task, full(5000), silent), { to: 'west', orders: 'nothing' })
  })

  test('is over a line only where nothing else is in time, and the line is', () => {
    assert.deepEqual(decide('line', task, full(8000), bids), { to: 'west', orders: 'nothing' })
    const late = [bids[0]!, bid('west', { wait: 5000 })]
    assert.deepEqual(decide('line', task, full(8000), late), { to: 'north', orders: 'line' })
    assert.deepEqual(decide('aware', task, full(8000), late), { to: 'west', orders: 'nothing' })
    const slower = [bid('north', { transfer: 9000, withLine: 4600 }), late[1]!]
    assert.deepEqual(decide('line', task, full(8000), slower), { to: 'west', orders: 'nothing' })
  })

  test('is by aware never later than at home, and does not hang on the order of bids', () => {
    const milliseconds = fc.integer({ min: 0, max: 20_000 })
    const offer = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      site: fc.constant('dc'),
      free: fc.nat(4),
      wait: milliseconds,
      transfer: fc.option(milliseconds),
      withLine: fc.option(milliseconds),
    })
    const offers = fc.uniqueArray(offer, { selector: ({ name }) => name, maxLength: 3 })
    fc.assert(
      fc.property(offers, milliseconds, (some, wait) => {
        const doneAt = (to: string | undefined): number => {
          const found = some.find(({ name }) => name === to)
          return found === undefined ? wait : Math.max(found.wait, found.transfer ?? Infinity)
        }
        const { to } = decide('aware', task, full(wait), some)
        assert.ok(doneAt(to) <= wait)
        const other = decide('aware', task, full(wait), some.toReversed()).to
        assert.equal(doneAt(other), doneAt(to))
      }),
    )
  })
})
