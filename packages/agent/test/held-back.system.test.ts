/** What a caller may lay upon the side that serves while the program there does not read. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { encodeExchangeMessage, Journal, type JournaledExchange, type Peer } from '@vagus/channel'
import type { ExchangeSessions } from '../src/exchange/exchange-session.ts'
import { Exchanges } from '../src/exchange/exchanges.ts'
import { memoryStore } from '../src/journal/journal-store.ts'

const sessions: ExchangeSessions = {
  to: () => Promise.reject(new Error('nobody calls here')),
  changed: () => new Promise(() => undefined),
  reach: () => undefined,
}
const peer = { identity: { id: 'did:key:caller' } } as unknown as Peer // of a caller the id alone is looked at

let exchanges: Exchanges
let journaled: JournaledExchange
let cursor = 0
let done: () => void

beforeEach(() => {
  cursor = 0
  exchanges = new Exchanges(memoryStore(), sessions)
  exchanges.serve('slow', {
    handle(exchange) {
      ;({ journaled } = exchange as unknown as { readonly journaled: JournaledExchange })
      return new Promise((resolve) => (done = resolve))
    },
  })
})

afterEach(() => exchanges.close())

/** Another line of the one exchange. */
async function begin(): Promise<Duplex> {
  const [line, served] = duplexPair()
  exchanges.receive(served, peer)
  line.on('error', () => undefined)
  line.resume()
  const open = { kind: 'open', callerJournal: 'ab'.repeat(16), number: 1, oldest: 1, again: false } as const
  const about = { acknowledged: 0, priority: 3, class: 'call', protocol: 'slow', id: 'x' } as const
  const serverJournal = exchanges.journalId
  line.write(encodeExchangeMessage({ ...open, ...about, serverJournal, head: new Uint8Array(0) }))
  await sleep(10)
  return line
}

/** As many messages of `octets` as the line takes, but `most`. */
async function fill(line: Duplex, most: number, octets: number): Promise<void> {
  for (let count = 0; count < most; count++) {
    const isTaken = line.write(
      encodeExchangeMessage({ kind: 'message', cursor: ++cursor, octets: new Uint8Array(octets) }),
    )
    if (!isTaken) await sleep(1)
    if (!isTaken && line.writableNeedDrain) await sleep(20)
    if (line.writableNeedDrain) break
  }
  await sleep(20)
  cursor = journaled.received
}

test('messages without octets hold the caller back, too', async () => {
  await fill(await begin(), 40_000, 0)
  assert.ok(journaled.inbox.size > 1000 && journaled.inbox.size < 15_000, `${journaled.inbox.size} messages`)
})

test('what waits is counted over all lines of an exchange', async () => {
  for (let line = 0; line < 5; line++) await fill(await begin(), 40, 60_000)
  const octets = [...journaled.inbox.values()].reduce((sum, { length }) => sum + length, 0)
  assert.ok(octets >= 2 ** 20 && octets < 2 ** 20 + 2 ** 19, `${octets} octets`)
})

test('once the handler is through nothing is kept of what comes, nor of what had come', async () => {
  const line = await begin()
  await fill(line, 40, 60_000)
  assert.ok(journaled.inbox.size > 0)
  done()
  await sleep(20)
  assert.equal(journaled.inbox.size, 0)
  await fill(line, 100, 60_000)
  assert.equal(journaled.inbox.size, 0)
  assert.ok(journaled.received > 50, `${journaled.received} messages`)
})

test('a line ends with an exchange that is refused: no more of them are asked for in it', async () => {
  const admit = mock.method(Journal.prototype, 'admit')
  const [line, served] = duplexPair()
  exchanges.receive(served, peer)
  line.on('error', () => undefined)
  line.resume()
  const open = { kind: 'open', callerJournal: 'ab'.repeat(16), number: 1, oldest: 1, again: false } as const
  const about = { acknowledged: 0, priority: 3, class: 'call', protocol: 'slow', id: 'x'.repeat(129) } as const
  const serverJournal = exchanges.journalId
  const record = encodeExchangeMessage({ ...open, ...about, serverJournal, head: new Uint8Array(0) })
  for (let count = 0; count < 5; count++) line.write(record)
  await once(line, 'end', { signal: AbortSignal.timeout(5000) })
  await sleep(10)
  assert.equal(admit.mock.callCount(), 1)
  admit.mock.restore()
})
