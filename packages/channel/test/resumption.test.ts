import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  hybridSuite,
  kindOf,
  maxEarlyOctets,
  Resumption,
  resumeOverhead,
  type Ticket,
  TicketTable,
} from '../src/index.ts'
import type { ResumptionConfig } from '../src/resumption/resumption.ts'
import { paddedLength } from '../src/session/padding.ts'
import { nodeCrypto } from './node-crypto.ts'

const fill = (octets: number, value: number): Uint8Array => new Uint8Array(octets).fill(value)
const context = new TextEncoder().encode('udp')
const ticketOf = (id: number, expires = 10_000): Ticket => ({
  id: fill(16, id),
  secret: fill(32, id),
  expires,
  remoteStatic: fill(32, 200),
  suite: hybridSuite,
})
const early = new TextEncoder().encode('a request that its journal knows')
const begin = (
  ticket: Ticket,
  changes: Partial<Pick<ResumptionConfig, 'context' | 'early' | 'padding'>> = {},
): Resumption =>
  new Resumption({
    crypto: nodeCrypto,
    ticket,
    connectionId: fill(8, 1),
    random: fill(32, 2),
    early,
    context,
    ...changes,
  })
const answering = { crypto: nodeCrypto, connectionId: fill(8, 3), random: fill(32, 4), context, now: 1_000 }

function tableWith(ticket: Ticket): TicketTable<string> {
  const table = new TicketTable<string>()
  table.add({ ...ticket, remoteStatic: fill(32, 100) }, 'peer')
  return table
}

describe('a resumption', () => {
  test('gives both sides the same keys after one round trip, and the early octets to the responder with the first message', () => {
    const initiator = begin(ticketOf(1))
    const answer = tableWith(ticketOf(1)).resume(initiator.hello, answering)
    assert.ok(answer.type === 'resumed', JSON.stringify(answer))
    assert.equal(answer.peer, 'peer')
    assert.deepEqual(answer.session.early, early)
    const outcome = initiator.receive(answer.send)
    assert.ok(outcome.type === 'established', JSON.stringify(outcome))
    assert.deepEqual(outcome.session.keys, answer.session.keys)
    assert.deepEqual(outcome.session.remoteConnectionId, answer.session.connectionId)
    assert.deepEqual(answer.session.remoteStatic, fill(32, 100))
  })

  test('hides with padding how many early octets there are, and never in a longer message than the path takes', () => {
    const most = 1200
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: most - resumeOverhead }),
        fc.constantFrom('padme', 'classes'),
        (octets, by) => {
          const { hello } = begin(ticketOf(1), { early: octets, padding: { by, most } })
          assert.equal(hello.length, Math.min(paddedLength(resumeOverhead + octets.length, by), most))
          const answer = tableWith(ticketOf(1)).resume(hello, answering)
          assert.ok(answer.type === 'resumed', JSON.stringify(answer))
          assert.deepEqual(answer.session.early, octets)
        },
      ),
    )
    const longest = begin(ticketOf(1), {
      early: fill(maxEarlyOctets, 1),
      padding: { by: 'padme', most: Infinity },
    }).hello
    assert.equal(tableWith(ticketOf(1)).resume(longest, answering).type, 'resumed')
  })

  test('is accepted once: the same message again is only answered again, another with the ticket is expired', () => {
    const table = tableWith(ticketOf(1))
    const { hello } = begin(ticketOf(1))
    const first = table.resume(hello, answering)
    const again = table.resume(hello, { ...answering, random: fill(32, 9) })
    assert.ok(first.type === 'resumed' && again.type === 'repeated')
    assert.deepEqual(again.send, first.send)
    const other = table.resume(begin(ticketOf(1), { early: fill(3, 3) }).hello, answering)
    assert.ok(other.type === 'reply' && kindOf(other.reply) === 'expired')
    assert.equal(begin(ticketOf(1)).receive(other.reply).type, 'expired')
    const late = table.resume(hello, { ...answering, now: 20_000 })
    assert.equal(late.type, 'reply')
  })

  test('with a ticket that is over, withdrawn or was never given costs a whole handshake', () => {
    const table = tableWith(ticketOf(1, 999))
    assert.equal(table.resume(begin(ticketOf(1)).hello, answering).type, 'reply')
    const withdrawn = tableWith(ticketOf(2))
    withdrawn.withdraw((peer) => peer === 'peer')
    assert.equal(withdrawn.resume(begin(ticketOf(2)).hello, answering).type, 'reply')
    assert.equal(table.resume(begin(ticketOf(3)).hello, answering).type, 'reply')
  })

  test('with another secret or another context is refused, and the ticket stays good', () => {
    const table = tableWith(ticketOf(1))
    for (const forged of [
      begin({ ...ticketOf(1), secret: fill(32, 9) }).hello,
      begin(ticketOf(1), { context: fill(3, 3) }).hello,
    ]) {
      const answer = table.resume(forged, answering)
      assert.ok(answer.type === 'refused' && answer.because.code === 'decrypt', JSON.stringify(answer))
    }
    assert.equal(table.resume(begin(ticketOf(1)).hello, answering).type, 'resumed')
  })

  test('the oldest ticket goes when the table is full', () => {
    const table = new TicketTable<number>(2)
    for (let id = 1; id <= 3; id++) table.add(ticketOf(id), id)
    assert.equal(table.size, 2)
    assert.equal(table.resume(begin(ticketOf(1)).hello, answering).type, 'reply')
    assert.equal(table.resume(begin(ticketOf(3)).hello, answering).type, 'resumed')
  })

  test('octets that were changed are accepted by neither side, and throw nothing', () => {
    const { hello } = begin(ticketOf(1))
    const table = tableWith(ticketOf(1))
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = hello.slice()
        changed[at]! ^= mask
        return table.resume(changed, answering).type !== 'resumed'
      }),
    )
    const initiator = begin(ticketOf(1))
    const answer = table.resume(initiator.hello, answering)
    assert.ok(answer.type === 'resumed')
    fc.assert(
      fc.property(fc.nat(answer.send.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = answer.send.slice()
        changed[at]! ^= mask
        return initiator.receive(changed).type === 'refused'
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        assert.notEqual(table.resume(octets, answering).type, 'resumed')
        assert.equal(initiator.receive(octets).type, 'refused')
      }),
    )
  })
})
