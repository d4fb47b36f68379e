import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldingBook } from '../../src/whois/holding-book.ts'
import { KeyAges } from '../../src/whois/key-ages.ts'
import { WhoisKeeper } from '../../src/whois/whois-keeper.ts'

const now = 1_790_000_000_000

/** Keeps what is put as JSON, as the control state does. */
function memory() {
  const documents = new Map<string, string>()
  let puts = 0
  return {
    get puts() {
      return puts
    },
    size: () => documents.size,
    put(key: string, value: unknown) {
      puts++
      documents.set(key, JSON.stringify(value))
    },
    delete: (key: string) => void documents.delete(key),
    values: (prefix: string) =>
      [...documents].flatMap(([key, json]) => (key.startsWith(prefix) ? [JSON.parse(json) as unknown] : [])),
  }
}

const keys = (filled: number) => ({
  ed25519: new Uint8Array(32).fill(filled),
  x25519: new Uint8Array(32),
  mlKem768: new Uint8Array(0),
})
const tell = (book: HoldingBook, agent: string, address: string, at: number): void =>
  book.tell(agent, [{ agent, place: { address, port: undefined, protocol: undefined }, speaker: 'self' }], at)

test('what was known is known after a start anew: places with their times, and since when keys are seen', () => {
  const control = memory()
  const [book, ages] = [new HoldingBook(), new KeyAges()]
  const keeper = new WhoisKeeper(control, book, ages)
  tell(book, 'a', '192.0.2.1', now)
  tell(book, 'a', '192.0.2.2', now + 1000)
  ages.see({ id: 'a', keys: keys(1) }, now)
  keeper.keep(book.takeChanged(), now + 5000)

  const [again, known] = [new HoldingBook(), new KeyAges()]
  new WhoisKeeper(control, again, known).load()
  assert.deepEqual(
    again.at('192.0.2.1', now + 500).map(({ agent, from, to }) => [agent, from, to]),
    [['a', now, now + 1000]],
  )
  assert.deepEqual(again.at('192.0.2.2', now + 2000)[0]?.to, now + 5000)
  assert.equal(known.sinceOf('a'), now)
  assert.equal(known.see({ id: 'a', keys: keys(1) }, now + 9000), false)
  assert.equal(known.see({ id: 'a', keys: keys(2) }, now + 9000), true)
  assert.equal(known.sinceOf('a'), now + 9000)
  assert.deepEqual(again.takeChanged(), new Set())
})

test('ten thousand changes are a few writes, and what is forgotten is no longer kept', () => {
  const control = memory()
  const book = new HoldingBook()
  const keeper = new WhoisKeeper(control, book, new KeyAges())
  for (let agent = 0; agent < 10_000; agent++) tell(book, `agent ${agent}`, `10.0.${agent >> 8}.${agent & 255}`, now)
  keeper.keep(book.takeChanged(), now)
  assert.ok(control.puts <= 64, String(control.puts))
  for (let agent = 0; agent < 10_000; agent++) book.end(`agent ${agent}`, now + 1000)
  book.forget(now + 2000)
  keeper.keep(book.takeChanged(), now + 3000)
  assert.equal(control.size(), 0)
})

test('what the disk did not take is written with the next change, of whomever', () => {
  const control = memory()
  const [book, ages] = [new HoldingBook(), new KeyAges()]
  const full = { ...control, put: () => assert.fail('the disk is full') }
  let disk: typeof control = full
  const keeper = new WhoisKeeper({ ...control, put: (key, value) => disk.put(key, value) }, book, ages)
  tell(book, 'a', '192.0.2.1', now)
  assert.throws(() => keeper.keep(book.takeChanged(), now), /the disk is full/)
  disk = control
  keeper.keep(book.takeChanged(), now + 1000)
  const again = new HoldingBook()
  new WhoisKeeper(control, again, new KeyAges()).load()
  assert.equal(again.at('192.0.2.1', now + 500).length, 1)
})
