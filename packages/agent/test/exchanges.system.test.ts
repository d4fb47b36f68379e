import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Duplex, duplexPair } from 'node:stream'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  decodeExchangeMessage,
  encodeExchangeMessage,
  type ExchangeMessage,
  Journal,
  messageOverhead,
  type Peer,
} from '@vagus/channel'
import { eventually } from '../../../scripts/eventually.ts'
import { Exchanges } from '../src/exchange/exchanges.ts'
import { Condition } from '../src/condition.ts'
import type { ServedExchange } from '../src/exchange.ts'
import type { ExchangeSessions } from '../src/exchange/exchange-session.ts'
import { JournalKeeper } from '../src/journal/journal-keeper.ts'
import { type JournalStore, memoryStore } from '../src/journal/journal-store.ts'
import { openSqliteJournal } from '../src/journal/sqlite-journal.ts'

/** Nobody can be reached. */
const offline: ExchangeSessions = {
  to: () => Promise.reject(new Error('offline')),
  changed: (patience, signal) => new Condition().within(patience, signal),
  reach: () => undefined,
}
const none = new Uint8Array(0)

test('a message that waits because all exchanges together are full is taken when others are given up', async () => {
  const exchanges = new Exchanges(memoryStore(), offline)
  const long = new Uint8Array(16 * 2 ** 20 - messageOverhead)
  const full = await Promise.all(
    Array.from({ length: 8 }, () => exchanges.call('server', { protocol: 'test', head: none })),
  )
  for (const exchange of full) for (let count = 0; count < 2; count++) await exchange.send(long)
  const last = await exchanges.call('server', { protocol: 'test', head: none })
  let cursor = 0
  const sending = last.send(new Uint8Array(1)).then((sent) => (cursor = sent))
  let isStored = false
  const stored = last.stored().then(() => (isStored = true))
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([cursor, isStored], [0, false])
  full[0]!.cancel('no longer needed')
  assert.equal(await sending, 1)
  await stored
  exchanges.close()
})

test('what is queued in one turn is stored at once, with the end behind it', async () => {
  const stored: string[][] = []
  const inner = memoryStore()
  const store: JournalStore = {
    lifetime: 'process',
    restore: () => inner.restore(),
    append(records) {
      stored.push(records.map(({ type }) => type))
      inner.append(records)
    },
    close: () => inner.close(),
  }
  const exchanges = new Exchanges(store, offline)
  const exchange = await exchanges.call('server', { protocol: 'test', head: none })
  stored.length = 0
  const queued = [exchange.queue(Uint8Array.of(1)), exchange.queue(Uint8Array.of(2))]
  await Promise.all([...queued, exchange.end()])
  assert.deepEqual(await Promise.all(queued), [1, 2])
  assert.deepEqual(stored, [['sent', 'sent', 'ended']])
  await assert.rejects(exchange.queue(Uint8Array.of(3)), /has ended/)
  exchanges.close()
})

describe('a handler that queues', () => {
  /** A call to a side that stores with `appended`, and the other side of it. */
  async function called(handle: (exchange: ServedExchange) => Promise<void>, appended: string[][] = []) {
    const inner = memoryStore()
    const store: JournalStore = {
      lifetime: 'process',
      restore: () => inner.restore(),
      append(records) {
        appended.push(records.map(({ type }) => type))
        inner.append(records)
      },
      close: () => inner.close(),
    }
    const server = new Exchanges(store, offline)
    server.serve('test', { handle })
    const caller = new Exchanges(memoryStore(), {
      ...offline,
      to: async () => ({
        peer: 'did:key:server',
        journal: server.journalId,
        isSilent: false,
        open() {
          const [here, there] = duplexPair()
          server.receive(there, { identity: { id: 'did:key:caller' } } as Peer)
          return here
        },
      }),
    })
    const exchange = await caller.call('server', { protocol: 'test', head: none })
    const close = (): void => {
      caller.close()
      server.close()
    }
    return { exchange, close }
  }

  test('stores what it says together with what it acknowledges', async () => {
    const appended: string[][] = []
    const { exchange, close } = await called(async (served) => {
      for await (const { cursor } of served.messages({ acknowledge: 'manual' })) {
        await served.queue(Uint8Array.of(cursor))
        served.acknowledge(cursor)
        await served.stored()
      }
    }, appended)
    await exchange.send(Uint8Array.of(7))
    await eventually('it is stored', () => appended.some((types) => types.includes('sent')), { seconds: 3 })
    assert.deepEqual(
      appended.filter((types) => types.includes('sent') || types.includes('acknowledged')),
      [['sent', 'acknowledged']],
    )
    close()
  })

  test('has said all of it when it returns, also what waited for room; without end it is held back', async () => {
    const long = new Uint8Array(8 * 2 ** 20 - messageOverhead)
    let taken = 0
    const { exchange, close } = await called(async (served) => {
      for (let count = 0; count < 9; count++) void served.queue(long).then((cursor) => (taken = cursor))
    })
    await exchange.end()
    await eventually('one exchange is full', () => taken === 4, { seconds: 3 })
    await sleep(50)
    assert.equal(taken, 4)
    let read = 0
    for await (const { octets } of exchange.messages()) read += octets.length
    assert.equal(read, 9 * long.length)
    assert.equal(await exchange.over, 'ended')
    close()
  })
})

/** A store in memory that writes down what comes in each commit. */
function storeThatTells(appended: string[][]): JournalStore {
  const inner = memoryStore()
  return {
    ...inner,
    append: (records) => void appended.push(records.map(({ type }) => type)),
  }
}

describe('a call whose content is known', () => {
  const content = Uint8Array.of(1, 2, 3)

  /** One to `handler`, over streams on which what the other side says is written down. */
  async function whole(begins: 'at once' | 'when stored') {
    const [stored, storedThere, said]: [string[][], string[][], string[][]] = [[], [], []]
    const server = new Exchanges(storeThatTells(storedThere), offline)
    let turn = 0
    server.serve('test', {
      begins,
      async handle(exchange) {
        await exchange.queue(Uint8Array.of(0), 'with the next')
        await exchange.stored()
        turn = storedThere.length
        for await (const { octets } of exchange.messages()) await exchange.queue(octets)
      },
    })
    const caller = new Exchanges(storeThatTells(stored), {
      ...offline,
      to: async () => ({
        peer: 'did:key:server',
        journal: server.journalId,
        isSilent: false,
        open() {
          const [here, there] = duplexPair()
          const write = there.write.bind(there)
          there.write = ((octets: Uint8Array) => {
            said.push([decodeExchangeMessage(octets.subarray(4)).kind])
            return write(octets)
          }) as typeof there.write
          server.receive(there, { identity: { id: 'did:key:caller' } } as Peer)
          return here
        },
      }),
    })
    const exchange = await caller.call('server', { protocol: 'test', head: none, content })
    assert.equal(exchange.sent, 1)
    const got: number[] = []
    for await (const { octets } of exchange.messages()) got.push(...octets)
    assert.deepEqual(got, [0, 1, 2, 3])
    assert.equal(await exchange.over, 'ended')
    const next = await caller.call('server', { protocol: 'test', head: none, content: none })
    assert.equal(next.sent, 0)
    caller.close()
    server.close()
    return { stored, storedThere, said: said.flat(), turn }
  }

  test('is stored with its end and with whom it is bound to at once, and its end with the start of the next', async () => {
    const { stored } = await whole('when stored')
    assert.deepEqual(stored[0], ['started', 'sent', 'ended', 'bound'])
    const [last] = stored.filter((types) => types.includes('removed'))
    assert.ok(last!.includes('started'), JSON.stringify(stored))
  })

  test('is begun in the commit of what its handler says first, where that is said of it', async () => {
    const { storedThere, turn } = await whole('at once')
    assert.deepEqual([storedThere[0], turn], [['floor', 'started', 'bound', 'sent'], 1])
    const other = await whole('when stored')
    assert.deepEqual([other.storedThere[0], other.turn], [['floor', 'started', 'bound'], 2])
  })

  test('hears what was to leave with the next message together with that', async () => {
    const { said } = await whole('at once')
    // Had the first message gone before, what is acknowledged behind it would be said by itself.
    assert.deepEqual(said.slice(0, 4), ['accepted', 'message', 'message', 'over'])
  })

  test('is not begun where the disk refuses, and nobody sees it', async () => {
    let isOpened = false
    const store: JournalStore = { ...memoryStore(), append: () => assert.fail('database or disk is full') }
    const sessions: ExchangeSessions = {
      ...offline,
      to: async () => ({
        peer: 'did:key:server',
        journal: 'aa'.repeat(16),
        isSilent: false,
        open() {
          isOpened = true
          return duplexPair()[0]
        },
      }),
    }
    const exchanges = new Exchanges(store, sessions)
    await assert.rejects(exchanges.call('server', { protocol: 'test', head: none, content }), /full/)
    await sleep(20)
    assert.deepEqual([exchanges.open(), isOpened], [[], false])
    exchanges.close()
  })
})

test('what was to leave with the next message leaves a little later where none follows', async () => {
  const server = new Exchanges(memoryStore(), offline)
  const stop = Promise.withResolvers<void>()
  server.serve('test', {
    async handle(exchange) {
      await exchange.queue(Uint8Array.of(7), 'with the next')
      await stop.promise
    },
  })
  const said = asked(server)
  await eventually('it is said', () => said.length === 2, { seconds: 3 })
  assert.deepEqual(said, ['accepted', 'message'])
  stop.resolve()
  server.close()
})

/** A caller that asks `server` for an exchange over a stream of its own, and what it is told there. */
function asked(server: Exchanges): string[] {
  const [here, there] = duplexPair()
  server.receive(there, { identity: { id: 'did:key:caller' } } as Peer)
  const open = { number: 1, oldest: 1, again: false, acknowledged: 0, priority: 3, class: 'call', id: 'a' } as const
  const journals = { callerJournal: 'aa'.repeat(16), serverJournal: server.journalId }
  here.write(encodeExchangeMessage({ kind: 'open', ...open, ...journals, protocol: 'test', head: none }))
  const said: string[] = []
  here.on('data', (record: Buffer) => said.push(decodeExchangeMessage(record.subarray(4)).kind))
  here.on('error', () => undefined)
  return said
}

test('whoever asks once more over another stream is answered, also where everything is stored already', async () => {
  const server = new Exchanges(memoryStore(), offline)
  server.serve('test', { handle: () => Promise.resolve() })
  const first = asked(server)
  await eventually('it is answered', () => first.length === 2, { seconds: 3 })
  const second = asked(server)
  await eventually('it is answered again', () => second.length === 2, { seconds: 3 })
  assert.deepEqual(second, ['accepted', 'over'])
  await server.close()
})

describe('an agent that is closed', () => {
  test('executes nothing that still comes while it says goodbye', async () => {
    const server = new Exchanges(memoryStore(), offline)
    let isHandled = false
    server.serve('test', { begins: 'at once', handle: async () => void (isHandled = true) })
    const closed = server.close()
    assert.deepEqual(asked(server), [])
    await closed
    await sleep(20)
    assert.equal(isHandled, false)
  })

  test('looks for no one any more: calls that were just begun are closed, further ones refused', async () => {
    let searches = 0
    const exchanges = new Exchanges(memoryStore(), {
      ...offline,
      to() {
        searches++
        return Promise.reject(new Error('offline'))
      },
    })
    const begun = exchanges.call('server', { protocol: 'test', head: none })
    await exchanges.close()
    assert.equal((await begun).state, 'closed')
    await assert.rejects(exchanges.call('server', { protocol: 'test', head: none }), { code: 'closed' })
    await sleep(150)
    assert.ok(searches <= 1, `${searches}`)
  })

  test('leaves its store alone, and says of what comes too late that it is not stored', async () => {
    let isClosed = false
    const inner = memoryStore()
    const store: JournalStore = {
      ...inner,
      append: () => assert.ok(!isClosed, 'it is closed'),
      close: () => void (isClosed = true),
    }
    const keeper = new JournalKeeper(store, () => undefined)
    keeper.keepSoon()
    keeper.close()
    const start = { id: 'a', name: 'server', protocol: 'test', class: 'call', priority: 3, head: none } as const
    keeper.journal.call(start, 0)
    const patience = AbortSignal.timeout(1000)
    await assert.rejects(Promise.race([keeper.keptSoon(), once(patience, 'abort')]), { code: 'closed' })
  })
})

test('an end that comes too late for the journal of an agent that closes is not told as kept', async () => {
  const exchanges = new Exchanges(memoryStore(), offline)
  const exchange = await exchanges.call('server', { protocol: 'test', head: none })
  const ended = exchange.end()
  exchanges.close()
  await assert.rejects(ended, { code: 'closed' })
})

test('two calls with one id at the same time give one exchange', async () => {
  const exchanges = new Exchanges(memoryStore(), offline)
  const options = { protocol: 'test', head: none, id: 'order-17' }
  const [first, second] = await Promise.all([exchanges.call('server', options), exchanges.call('server', options)])
  assert.equal(first, second)
  assert.equal(await exchanges.call('server', options), first)
  assert.deepEqual(exchanges.open(), [first])
  exchanges.close()
})

test('what is no octets is refused before it comes into the journal, and the next is kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-exchanges-'))
  const exchanges = new Exchanges(openSqliteJournal(folder, 'process'), offline)
  const text = 'a text' as unknown as Uint8Array
  await assert.rejects(
    exchanges.call('server', { protocol: 'test', head: text }),
    /"head" must be a Uint8Array, got string/,
  )
  const exchange = await exchanges.call('server', { protocol: 'test', head: none })
  await assert.rejects(exchange.send(text), /"octets" must be a Uint8Array, got string/)
  await assert.rejects(
    exchange.send(new Uint8Array(2 ** 24 + 1)),
    /"octets" may have at most 16777216 octets, got 16777217/,
  )
  assert.equal(await exchange.send(Uint8Array.of(1)), 1)
  exchanges.close()
  rmSync(folder, { recursive: true })
})

/** A store in a folder, whose disk is full while it is to refuse. */
class FullDisk implements JournalStore {
  readonly lifetime = 'disk'
  refuses = false
  readonly #inner: JournalStore

  constructor(folder: string) {
    this.#inner = openSqliteJournal(folder, 'process')
  }

  restore(): ReturnType<JournalStore['restore']> {
    return this.#inner.restore()
  }

  append(...records: Parameters<JournalStore['append']>): void {
    if (this.refuses) throw new Error('database or disk is full')
    this.#inner.append(...records)
  }

  close(): void {
    this.#inner.close()
  }
}

describe('a disk that refuses for a while', () => {
  let folder = ''
  let disk: FullDisk
  let exchanges: Exchanges
  const options = { protocol: 'test', head: none, id: 'order-17' }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vagus-exchanges-'))
    disk = new FullDisk(folder)
    exchanges = new Exchanges(disk, offline)
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  /** What the next process finds. */
  function restored(): Journal {
    exchanges.close()
    const store = openSqliteJournal(folder, 'process')
    const journal = Journal.restore(store.restore())
    store.close()
    return journal
  }

  test('loses no message before one that it takes', async () => {
    const exchange = await exchanges.call('server', options)
    disk.refuses = true
    await assert.rejects(exchange.send(Uint8Array.of(1)), /full/)
    disk.refuses = false
    assert.equal(await exchange.send(Uint8Array.of(2)), 2)
    const [kept] = restored().exchanges()
    assert.deepEqual([kept!.outbox.get(1), kept!.outbox.get(2)], [Uint8Array.of(1), Uint8Array.of(2)])
  })

  test('holds up none that is queued, and keeps it with the end once it takes it', async () => {
    const exchange = await exchanges.call('server', options)
    disk.refuses = true
    assert.equal(await exchange.queue(Uint8Array.of(1)), 1)
    await assert.rejects(exchange.stored(), /full/)
    await assert.rejects(exchange.end(), /full/)
    disk.refuses = false
    await exchange.stored()
    const [kept] = restored().exchanges()
    assert.deepEqual([kept!.outbox.get(1), kept!.reach.ended], [Uint8Array.of(1), true])
  })

  test('is asked again without anybody changing anything', async () => {
    const exchange = await exchanges.call('server', options)
    disk.refuses = true
    exchange.cancel('not needed any more')
    await sleep(20)
    disk.refuses = false
    await sleep(1100)
    disk.refuses = true
    assert.deepEqual([...restored().exchanges()], [])
  })

  test('begins no call that it did not keep, and one with the same id later', async () => {
    disk.refuses = true
    await assert.rejects(exchanges.call('server', options), /full/)
    disk.refuses = false
    assert.equal(exchanges.open().length, 0)
    const exchange = await exchanges.call('server', options)
    assert.deepEqual(exchanges.open(), [exchange])
    assert.deepEqual(
      [...restored().exchanges()].map(({ start }) => start.id),
      ['order-17'],
    )
  })
})

describe('a call that was cancelled', () => {
  /** Over which every exchange is told that the other side's journal is `journal`. */
  const sessions = (journal: () => string, streams: Duplex[]): ExchangeSessions => ({
    ...offline,
    to: () =>
      Promise.resolve({
        peer: 'did:key:server',
        journal: journal(),
        isSilent: false,
        open() {
          const [here, there] = duplexPair()
          there.on('error', () => undefined).resume()
          streams.push(there)
          return here
        },
      }),
  })

  test('is forgotten when the other side has lost its journal', async () => {
    let journal = 'aa'.repeat(16)
    const streams: Duplex[] = []
    const exchanges = new Exchanges(
      memoryStore(),
      sessions(() => journal, streams),
    )
    const exchange = await exchanges.call('server', { protocol: 'test', head: none })
    while (streams.length < 1) await sleep(5)
    exchange.cancel('not needed any more')
    assert.equal(await exchange.over, 'cancelled')
    assert.deepEqual(exchanges.open(), [exchange])
    journal = 'bb'.repeat(16)
    streams[0]!.destroy()
    await eventually('it is forgotten', () => exchanges.open().length === 0, { seconds: 3 })
    exchanges.close()
  })

  test('is forgotten when the other side knows, also behind messages that nobody read', async () => {
    const streams: Duplex[] = []
    const exchanges = new Exchanges(
      memoryStore(),
      sessions(() => 'aa'.repeat(16), streams),
    )
    const exchange = await exchanges.call('server', { protocol: 'test', head: none })
    while (streams.length < 1) await sleep(5)
    const say = (message: ExchangeMessage): void => void streams[0]!.write(encodeExchangeMessage(message))
    say({ kind: 'accepted', acknowledged: 0 })
    for (let cursor = 1; cursor <= 60; cursor++) say({ kind: 'message', cursor, octets: new Uint8Array(60_000) })
    await sleep(50)
    exchange.cancel('not needed any more')
    say({ kind: 'over', cursor: 60, code: 'cancelled', problem: 'not needed any more' })
    await eventually('it is forgotten', () => exchanges.open().length === 0, { seconds: 1 })
    await assert.rejects(exchange.messages().next(), { code: 'cancelled' })
    exchanges.close()
  })

  test('is over also in the next process, which tells the other side', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-exchanges-'))
    const streams: Duplex[] = []
    const open = (): Exchanges =>
      new Exchanges(
        openSqliteJournal(folder, 'process'),
        sessions(() => 'aa'.repeat(16), streams),
      )
    const first = open()
    const exchange = await first.call('server', { protocol: 'test', head: none })
    while (streams.length < 1) await sleep(5)
    exchange.cancel('not needed any more')
    first.close()
    const second = open()
    const [again] = second.open()
    assert.equal(await again!.over, 'cancelled')
    assert.equal(again!.state, 'cancelled')
    second.close()
    rmSync(folder, { recursive: true })
  })
})
