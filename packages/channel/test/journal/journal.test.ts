import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AgentId } from '@vagus/identity'
import fc from 'fast-check'
import {
  decodeExchangeMessage,
  encodeExchangeMessage,
  type ExchangeMessage,
  Journal,
  type JournaledExchange,
  journalLimits,
  maxHeadOctets,
  messageOverhead,
  type OpenMessage,
} from '../../src/index.ts'
import { KeptJournal, World } from './world.ts'

const alice = 'did:key:zAlice' as AgentId
const now = 1_790_000_000_000
const idOf = (digit: string): string => digit.repeat(32)
const call = { id: 'a', name: 'bob', protocol: 'echo', class: 'call', priority: 3, head: Uint8Array.of(1) } as const

function openOf(changes: Partial<OpenMessage> = {}): OpenMessage {
  return {
    kind: 'open',
    callerJournal: idOf('a'),
    number: 1,
    oldest: 1,
    again: false,
    serverJournal: idOf('b'),
    acknowledged: 0,
    priority: 3,
    class: 'call',
    protocol: 'echo',
    id: 'x',
    head: Uint8Array.of(7),
    ...changes,
  }
}

describe('a journal', () => {
  test('executes a number of a caller once, open, over or forgotten', () => {
    const journal = new Journal(idOf('b'))
    const first = journal.admit(openOf(), alice, now)
    assert.equal(first.type, 'new')
    assert.equal(journal.admit(openOf({ again: true }), alice, now).type, 'known')
    assert.ok(first.type === 'new')
    journal.remove(first.exchange)
    assert.equal(journal.admit(openOf({ again: true }), alice, now).type, 'over')
    assert.equal(journal.admit(openOf({ number: 9, oldest: 9 }), alice, now).type, 'new')
    assert.equal(journal.admit(openOf({ number: 5, oldest: 9 }), alice, now).type, 'over')
    assert.equal(journal.admit(openOf({ number: 5, oldest: 5 }), alice, now).type, 'over', 'the floor never goes back')
  })

  test('executes nothing that was meant for the journal it had before', () => {
    assert.equal(new Journal(idOf('c')).admit(openOf(), alice, now).type, 'journal')
  })

  test('calls it a gap when a forgotten caller comes back in the middle of something', () => {
    const journal = new Journal(idOf('b'), { ...journalLimits, callers: 1 })
    const begun = journal.admit(openOf(), alice, now)
    assert.ok(begun.type === 'new')
    journal.remove(begun.exchange)
    assert.equal(journal.admit(openOf({ callerJournal: idOf('d') }), alice, now).type, 'new')
    const back = journal.admit(openOf({ again: true }), alice, now)
    assert.ok(back.type === 'over')
    assert.equal(back.outcome.code, 'gap')
  })

  test('the same when it begins something new first, also after a restart', () => {
    const limits = { ...journalLimits, callers: 1 }
    const journal = new Journal(idOf('b'), limits)
    const begun = journal.admit(openOf(), alice, now)
    assert.ok(begun.type === 'new')
    journal.remove(begun.exchange)
    journal.admit(openOf({ callerJournal: idOf('d') }), alice, now)
    assert.equal(journal.admit(openOf({ number: 3 }), alice, now).type, 'new')
    assert.equal(journal.admit(openOf({ number: 2 }), alice, now).type, 'new', 'it was never asked before')

    const next = { number: 1, local: 9 }
    for (const each of [journal, Journal.restore({ id: idOf('b'), next, records: journal.take() }, limits)]) {
      const again = (number: number): string => each.admit(openOf({ number, again: true }), alice, now).type
      assert.deepEqual([1, 2, 3, 4].map(again), ['over', 'known', 'known', 'new'])
    }
  })

  test('remembers a few journals of one agent, and forgets its own for further ones, also after a restart', () => {
    const limits = { ...journalLimits, callersOfOne: 2 }
    const kept = new KeptJournal(idOf('b'), limits)
    const bob = 'did:key:zBob' as AgentId
    const ask = (digit: string, peer = alice, again = false): string => {
      const admission = kept.journal.admit(openOf({ callerJournal: idOf(digit), again }), peer, now)
      if (admission.type === 'new') kept.journal.remove(admission.exchange)
      kept.commit()
      return admission.type === 'over' ? admission.outcome.problem : admission.type
    }
    assert.equal(ask('a', bob), 'new')
    assert.deepEqual(
      ['1', '2', '3', '4'].map((digit) => ask(digit)),
      ['new', 'new', 'new', 'new'],
    )
    for (let times = 0; times < 2; times++) {
      assert.equal(ask('1', alice, true), 'its caller was forgotten here')
      assert.equal(ask('4', alice, true), 'it has ended here and was forgotten')
      assert.equal(ask('a', bob, true), 'it has ended here and was forgotten')
      assert.equal(
        ask(`${times}`, bob, true),
        times === 0 ? 'new' : 'its caller was forgotten here',
        'whose own are few',
      )
      kept.crash()
    }
  })

  test('remembers what is over without a hole as one number', () => {
    const journal = new Journal(idOf('b'))
    const begun = [1, 2, 3, 4].map((number) => journal.admit(openOf({ number }), alice, now))
    const end = (number: number): void => {
      const admission = begun[number - 1]!
      assert.ok(admission.type === 'new')
      journal.remove(admission.exchange)
    }
    journal.take()
    for (const number of [2, 3, 1, 4]) end(number)
    assert.deepEqual(
      journal.take().flatMap((record) => {
        if (record.type === 'done') return [`done ${record.number}`]
        return record.type === 'floor' ? [`floor ${record.floor}`] : []
      }),
      ['done 2', 'done 3', 'floor 4', 'floor 5'],
    )
    assert.equal(journal.admit(openOf({ number: 3 }), alice, now).type, 'over')
    assert.equal(journal.admit(openOf({ number: 5 }), alice, now).type, 'new')
  })

  test('gives one agent no more than its part, drops what it lost, and keeps room for own calls', () => {
    const journal = new Journal(idOf('b'), { ...journalLimits, exchanges: 4, served: 3, servedToOne: 2 })
    const bob = 'did:key:zBob' as AgentId
    const admitted = (number: number, peer = alice, callerJournal = idOf('a')): string => {
      const { type } = journal.admit(openOf({ number, callerJournal }), peer, now)
      const gone = journal.forgotten().map(({ start }) => start.number)
      return gone.length === 0 ? type : `${type}, without ${gone.join()}`
    }
    assert.deepEqual(
      [1, 2, 3].map((number) => admitted(number)),
      ['new', 'new', 'over'],
    )
    assert.equal(admitted(7, alice, idOf('d')), 'new, without 1')
    assert.equal(admitted(1), 'over', 'what was dropped is not executed again')
    assert.deepEqual(
      [1, 2].map((number) => admitted(number, bob, idOf('c'))),
      ['new', 'over'],
    )
    assert.ok(journal.call(call, now) !== undefined)
  })

  test('refuses at its limits, and what is refused is never executed later', () => {
    const journal = new Journal(idOf('b'), { ...journalLimits, exchanges: 1 })
    assert.equal(journal.admit(openOf(), alice, now).type, 'new')
    const refused = journal.admit(openOf({ number: 2 }), alice, now)
    assert.ok(refused.type === 'over')
    assert.equal(refused.outcome.code, 'limit')
    const [open] = journal.exchanges()
    journal.remove(open!)
    assert.equal(journal.admit(openOf({ number: 2, again: true }), alice, now).type, 'over')
  })

  test('refuses a number beyond the span without remembering it: a peer has as many of them as it likes', () => {
    const journal = new Journal(idOf('b'), { ...journalLimits, span: 4 })
    assert.equal(journal.admit(openOf(), alice, now).type, 'new')
    journal.take()
    for (let number = 5; number < 100; number++) {
      const refused = journal.admit(openOf({ number }), alice, now)
      assert.equal(refused.type === 'over' && refused.outcome.code, 'limit')
    }
    assert.deepEqual(journal.take(), [])
    assert.equal(journal.admit(openOf({ number: 50, oldest: 50 }), alice, now).type, 'new', 'its span has moved on')
  })

  test('refuses a head or an id that is longer than a call may have, for good', () => {
    const journal = new Journal(idOf('b'))
    const head = new Uint8Array(maxHeadOctets + 1)
    const refused = journal.admit(openOf({ head }), alice, now)
    assert.equal(refused.type === 'over' && refused.outcome.code, 'limit')
    assert.equal(journal.admit(openOf({ head, again: true }), alice, now).type, 'over')
    assert.deepEqual(journal.take(), [], 'without remembering it: a peer has as many of them as it likes')
    assert.equal(journal.admit(openOf({ number: 2, head: head.subarray(1) }), alice, now).type, 'new')
    assert.equal([...journal.exchanges()].length, 1)
    const named = journal.admit(openOf({ number: 3, id: 'x'.repeat(129) }), alice, now)
    assert.equal(named.type === 'over' && named.outcome.code, 'limit')
  })

  test('keeps the heads of one agent up to a total, and those of all, and says so to what comes beyond', () => {
    const limits = { ...journalLimits, headOctets: 50, headOctetsToOne: 30 }
    const kept = new KeptJournal(idOf('b'), limits)
    const bob = 'did:key:zBob' as AgentId
    const admitted = (number: number, octets: number, peer = alice, callerJournal = idOf('a')): string => {
      const head = new Uint8Array(octets)
      const admission = kept.journal.admit(openOf({ number, head, callerJournal }), peer, now)
      kept.commit()
      const gone = kept.journal.forgotten().map(({ start }) => start.number)
      const said = admission.type === 'over' ? admission.outcome.problem : admission.type
      return gone.length === 0 ? said : `${said}, without ${gone.join()}`
    }
    const heads = (octets: number): string => `open exchanges with heads of more than ${octets} octets together`
    assert.equal(admitted(1, 20), 'new')
    assert.equal(admitted(2, 11), heads(30))
    assert.equal(admitted(3, 10), 'new')
    assert.equal(admitted(1, 21, bob, idOf('c')), heads(50))
    assert.equal(admitted(2, 20, bob, idOf('c')), 'new')
    kept.crash()
    assert.deepEqual(
      [...kept.journal.exchanges()].map(({ start }) => start.head.length),
      [20, 10, 20],
      'what was accepted is there',
    )
    assert.equal(admitted(4, 1), heads(30), 'and counts, also after a restart')
    assert.equal(admitted(9, 25, alice, idOf('d')), 'new, without 1,3')
    kept.journal.remove([...kept.journal.exchanges()].at(-1)!)
    assert.equal(admitted(5, 30), 'new', 'what is over counts no more')
  })

  test('keeps of what a head came in only the head', () => {
    const journal = new Journal(idOf('b'))
    const admitted = journal.admit(openOf({ head: new Uint8Array(65_536).subarray(7, 8) }), alice, now)
    assert.ok(admitted.type === 'new')
    assert.equal(admitted.exchange.start.head.buffer.byteLength, 1)
  })

  test('gives what could not be kept again, before what changed since, and tells nothing of it till then', () => {
    const kept = new KeptJournal(idOf('a'))
    const exchange = kept.journal.call(call, now)!
    kept.journal.append(exchange, Uint8Array.of(1))
    kept.journal.putBack(kept.journal.take())
    kept.journal.append(exchange, Uint8Array.of(2))
    assert.equal(exchange.durable.sent, 0)
    kept.commit()
    assert.deepEqual(
      kept.kept.map((record) => (record.type === 'sent' ? record.cursor : record.type)),
      ['started', 1, 2],
    )
    assert.equal(exchange.durable.sent, 2)
    kept.crash()
    assert.equal(kept.journal.called('a')!.outbox.sent, 2)
  })

  test('forgets a call that could not be kept as if it had not been made: nothing waits for its end', () => {
    const kept = new KeptJournal(idOf('a'))
    const other = kept.journal.call({ ...call, id: 'b' }, now)!
    kept.journal.call(call, now)
    kept.journal.putBack(kept.journal.take())
    kept.journal.withdraw(other)
    kept.journal.withdraw(other)
    assert.equal(kept.journal.called('b'), undefined)
    kept.commit()
    assert.deepEqual(
      kept.kept.map((record) => record.type === 'started' && record.start.id),
      ['a'],
    )
    const exchange = kept.journal.called('a')!
    kept.journal.bind(exchange, { peer: alice, journal: idOf('b') })
    assert.equal(kept.journal.openMessage(exchange, 'first').oldest, exchange.start.number)
    assert.notEqual(exchange.start.number, other.start.number)
    kept.journal.withdraw(exchange)
    kept.commit()
    assert.deepEqual(kept.kept.at(-1), { type: 'removed', local: exchange.start.local }, 'one that was kept is removed')
  })

  test('refuses a call beyond its span until the oldest is over', () => {
    const journal = new Journal(idOf('a'), { ...journalLimits, span: 2 })
    const oldest = journal.call(call, now)!
    assert.ok(journal.call({ ...call, id: 'b' }, now))
    assert.equal(journal.call({ ...call, id: 'c' }, now), undefined)
    journal.remove(oldest)
    assert.ok(journal.call({ ...call, id: 'c' }, now))
  })

  test('takes one message of any length, and says full until some are acknowledged', () => {
    const journal = new Journal(idOf('a'), { ...journalLimits, exchangeOctets: 1000, spareOctets: 0 })
    const exchange = journal.call(call, now)!
    assert.equal(journal.append(exchange, new Uint8Array(10_000)), 1)
    assert.equal(journal.append(exchange, new Uint8Array(1)), 'full')
    journal.release(exchange, 1)
    assert.equal(journal.append(exchange, new Uint8Array(1000 - messageOverhead)), 2)
    assert.equal(journal.octets, 1000)
  })

  test('says full of messages without octets, too', () => {
    const journal = new Journal(idOf('a'))
    const exchange = journal.call(call, now)!
    let count = 0
    while (journal.append(exchange, new Uint8Array(0)) !== 'full') count++
    assert.equal(count, journalLimits.exchangeOctets / messageOverhead)
  })

  test('keeps what one agent does not read up to a part of the room, and a short message of each exchange in any case', () => {
    const limits = {
      ...journalLimits,
      exchangeOctets: 30_000,
      octetsToOne: 50_000,
      servedOctets: 80_000,
      octets: 100_000,
    }
    const kept = new KeptJournal(idOf('b'), { ...limits, spareOctets: 4000 })
    const bob = 'did:key:zBob' as AgentId
    const carol = 'did:key:zCarol' as AgentId
    const served = (number: number, peer: AgentId): JournaledExchange => {
      const admission = kept.journal.admit(openOf({ number }), peer, now)
      assert.ok(admission.type === 'new')
      return admission.exchange
    }
    const sent = (exchange: JournaledExchange, thousands: number): string =>
      kept.journal.append(exchange, new Uint8Array(1000 * thousands - messageOverhead)) === 'full' ? 'full' : 'sent'
    const first = served(1, alice)
    assert.equal(sent(first, 30), 'sent')
    assert.equal(sent(served(2, alice), 21), 'full', 'more than one agent may have')
    assert.equal(sent(served(1, bob), 21), 'sent')
    assert.equal(sent(served(2, bob), 29), 'sent')
    assert.equal(sent(served(3, bob), 4), 'sent', 'short, and its first')
    assert.equal(sent(served(1, carol), 5), 'full', 'more than served exchanges may have')
    const own = kept.journal.call(call, now)!
    assert.equal(sent(own, 16), 'sent', 'the rest is for own calls')
    kept.journal.bind(own, { peer: alice, journal: idOf('c') })
    kept.commit()
    kept.crash()
    assert.equal(kept.journal.octets, 100_000)
    assert.equal(sent(served(3, alice), 5), 'full', 'all of it counts after a restart, too')
    for (const exchange of kept.journal.exchanges()) kept.journal.release(exchange, 1)
    assert.equal(kept.journal.octets, 0)
    assert.equal(sent(served(4, alice), 30), 'sent')
  })

  test('binds a call to one agent and one journal of it', () => {
    const journal = new Journal(idOf('a'))
    const exchange = journal.call(call, now)!
    assert.equal(journal.bind(exchange, { peer: alice, journal: idOf('b') }), undefined)
    assert.equal(journal.bind(exchange, { peer: alice, journal: idOf('c') })?.code, 'gap')
    assert.equal(journal.bind(exchange, { peer: 'did:key:zMallory', journal: idOf('b') })?.code, 'gap')
  })

  test('counts the retention of what it was given back from when it looks first: what was heard before is not kept', () => {
    const limits = { ...journalLimits, retention: 1000 }
    const journal = new Journal(idOf('a'), limits)
    journal.call(call, now)
    const records = journal.take()
    const restored = Journal.restore({ id: idOf('a'), next: { number: 2, local: 2 }, records }, limits)
    assert.equal(restored.expired(now + 5000).length, 0)
    assert.equal(restored.expired(now + 6000).length, 0)
    assert.equal(restored.expired(now + 6001).length, 1)
  })

  test('gives up what was not heard of for longer than its retention', () => {
    const journal = new Journal(idOf('a'), { ...journalLimits, retention: 1000 })
    journal.call(call, now)
    assert.equal(journal.expired(now + 1000).length, 0)
    assert.equal(journal.expired(now + 1001).length, 1)
  })
})

/** xorshift32: 0..999. */
function diceOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % 1000
  }
}

/** Members in the order of their names. */
const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

describe('messages of an exchange', () => {
  const messages: readonly ExchangeMessage[] = [
    openOf(),
    { kind: 'accepted', acknowledged: 4 },
    { kind: 'message', cursor: 2 ** 40, octets: Uint8Array.of(1, 2, 3) },
    { kind: 'message', cursor: 1, octets: new Uint8Array(100_000) },
    { kind: 'end', cursor: 0 },
    { kind: 'ack', cursor: 3 },
    { kind: 'over', cursor: 5, code: 'failed', problem: 'no paper' },
    { kind: 'cancel', reason: 'enough' },
    { kind: 'closed' },
    { kind: 'journal', journal: idOf('f') },
  ]
  for (const message of messages) {
    test(`${message.kind} is read as it was written`, () => {
      const record = encodeExchangeMessage(message)
      assert.equal(new DataView(record.buffer).getUint32(0), record.length - 4)
      const read = decodeExchangeMessage(record.slice(4))
      assert.deepEqual(JSON.stringify(read, sorted), JSON.stringify(message, sorted))
    })
  }

  test('random octets are refused with a DecodeError and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 0, max: 12 }), (octets, kind) => {
        try {
          decodeExchangeMessage(Uint8Array.of(kind, ...octets))
        } catch (error) {
          assert.equal((error as Error).name, 'DecodeError')
        }
      }),
    )
  })
})

describe('two journals over streams that break and processes that die', () => {
  test('execute each exchange once and deliver each message once, in order, whatever happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 3 }), (seed, calls) => {
        const world = new World(calls, diceOf(seed))
        for (let step = 0; step < 1000; step++) world.step('with faults')
        for (let step = 0; step < 4000 && !world.quiet; step++) world.step('without faults')
        world.check()
      }),
      { numRuns: 250 },
    )
  })

  test('a store that lost its last, uncommitted records loses nothing that was told', () => {
    const kept = new KeptJournal(idOf('a'))
    const exchange = kept.journal.call(call, now)!
    kept.commit()
    kept.journal.append(exchange, Uint8Array.of(1))
    kept.commit()
    kept.journal.append(exchange, Uint8Array.of(2))
    assert.equal(exchange.durable.sent, 1)
    kept.crash()
    assert.equal(kept.journal.called('a')!.outbox.sent, 1)
  })
})
