import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Duplex } from 'node:stream'
import { encodeExchangeMessage } from '@vagus/channel'
import { ExchangeLine } from '../src/exchange/exchange-line.ts'
import { type Hold, UnfinishedMessages } from '../src/exchange/unfinished-messages.ts'

const alice = 'did:key:zAlice'
const bob = 'did:key:zBob'
const MiB = 2 ** 20
const limits = { ofOne: 4 * MiB, ofAll: 6 * MiB }
/** A message, on its way in chunks. */
const record = encodeExchangeMessage({ kind: 'message', cursor: 1, octets: new Uint8Array(3 * MiB) })

class Sender {
  read = 0
  isClosed = false
  readonly line: ExchangeLine
  readonly #stream = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(),
    readableHighWaterMark: 16 * MiB,
  })
  #sent = 0

  constructor(hold: Hold) {
    const closed = (): void => void (this.isClosed = true)
    const events = { message: () => ++this.read > 0, takes: () => true, next: () => undefined, closed }
    this.line = new ExchangeLine(this.#stream, events, hold)
  }

  /** So many octets more, at once. */
  send(octets: number): void {
    this.#stream.emit('data', Buffer.from(record.subarray(this.#sent, this.#sent + octets)))
    this.#sent += octets
  }

  break(): void {
    this.#stream.destroy()
  }
}

describe('messages that are not whole', () => {
  test('of one agent have a limit: the one that was begun last is given up, and the first comes to its end', () => {
    const unfinished = new UnfinishedMessages(limits)
    const [first, second, third] = Array.from({ length: 3 }, () => new Sender(unfinished.of(alice)))
    for (let sent = 0; sent < 2; sent++)
      for (const each of [first!, second!, third!]) if (!each.isClosed) each.send(MiB)
    assert.deepEqual(
      [first, second, third].map((each) => each!.isClosed),
      [false, false, true],
    )
    first!.send(MiB)
    assert.equal(second!.isClosed, true, '5 MiB were there for a moment')
    first!.send(MiB)
    assert.equal(first!.read, 1)
    const next = new Sender(unfinished.of(alice))
    for (let sent = 0; sent < 4; sent++) next.send(MiB)
    assert.equal(next.read, 1, 'what was read or given up counts no more')
  })

  test('of all agents have one, too: the agent that has most gives one up', () => {
    const unfinished = new UnfinishedMessages(limits)
    const few = new Sender(unfinished.of(bob))
    const [first, second] = Array.from({ length: 2 }, () => new Sender(unfinished.of(alice)))
    first!.send(2 * MiB)
    second!.send(2 * MiB)
    few.send(2.5 * MiB)
    assert.deepEqual([few.isClosed, first!.isClosed, second!.isClosed], [false, false, true])
  })

  test('count while they last, also where their stream breaks', async () => {
    const unfinished = new UnfinishedMessages(limits)
    for (let time = 0; time < 10; time++) {
      const sender = new Sender(unfinished.of(alice))
      sender.send(2 * MiB)
      assert.equal(sender.isClosed, false)
      sender.break()
      await new Promise(setImmediate)
      assert.equal(sender.isClosed, true)
    }
  })
})
