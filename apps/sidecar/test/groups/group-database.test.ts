/** What the groups of an agent keep on disk. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { maxLogOctets } from '@vagus/groups'
import { GroupDatabase, maxPublishedKeys } from '../../src/groups/group-database.ts'

const from = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH'
const message = (seq: number, octets: Uint8Array) =>
  ({
    type: 'deliver',
    what: { kind: 'message', from, log: 'ab', seq, sentAt: 1_800_000_000_000, type: 'text/plain', octets },
  }) as const
const opened = () => new GroupDatabase(':memory:', () => ({ name: 'ann', roles: ['operator', 'watch'] }))
const entry = (seq: number, octets = new Uint8Array(10)) =>
  ({ type: 'append', entry: { log: 'ab', seq, octets, at: seq } }) as const

describe('the disk of groups', () => {
  test('is for nobody else, even where it came back from a copy that was', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-groups-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'groups.sqlite')
    writeFileSync(path, '', { mode: 0o644 })
    const database = new GroupDatabase(path, () => undefined)
    t.after(() => database.close())
    database.open('operator').store.write([entry(1)])
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  })

  test('writes all changes of an event, or none', () => {
    const { store } = opened().open('operator')
    store.write([entry(1), { type: 'put', key: 'own', octets: Uint8Array.of(1) }])
    assert.throws(() => store.write([{ type: 'put', key: 'own', octets: Uint8Array.of(2) }, entry(1)]), /UNIQUE/)
    assert.deepEqual([...store.records()], [['own', Uint8Array.of(1)]])
    assert.equal(store.octets, 10)
  })

  test('gives entries in order within bounds, and counts what it drops', () => {
    const { store } = opened().open('operator')
    store.write([1, 2, 3, 4].map((seq) => entry(seq)))
    const seqs = (after: number, count: number, octets: number) =>
      store.entries('ab', after, count, octets).map(({ seq }) => seq)
    assert.deepEqual([seqs(0, 2, 1000), seqs(2, 9, 1000), seqs(0, 9, 25), seqs(0, 9, 5)], [[1, 2], [3, 4], [1, 2], [1]])
    store.write([{ type: 'drop', log: 'ab', seq: 3 }])
    assert.deepEqual([store.octets, store.oldest('all')?.seq], [10, 4])
  })

  test('keeps groups apart, and remembers which there are', () => {
    const database = opened()
    const [one, two] = [database.open('one').store, database.open('two').store]
    one.write([entry(1), { type: 'put', key: 'own', octets: Uint8Array.of(1) }])
    assert.deepEqual([two.octets, two.oldest('all'), database.groups()], [0, undefined, ['one']])
  })

  test('delivers with the member by the roster, at places that only grow', () => {
    const { store, inbox } = opened().open('operator')
    store.write([message(1, Uint8Array.of(1)), message(2, Uint8Array.of(2))])
    const kept = inbox.after(0)
    assert.deepEqual(
      kept.map(({ place, seq, member, roles }) => [place, seq, member, roles.join()]),
      [
        [1, 1, 'ann', 'operator,watch'],
        [2, 2, 'ann', 'operator,watch'],
      ],
    )
    assert.deepEqual([inbox.newest, inbox.whole, inbox.after(2)], [2, 0, []])
  })

  test('drops the oldest beyond its limit, and knows up to where', () => {
    const { store, inbox } = opened().open('operator')
    const large = new Uint8Array(maxLogOctets / 4)
    for (const seq of [1, 2, 3, 4, 5]) store.write([message(seq, large)])
    const seqs: number[] = []
    for (let page = inbox.after(0); page.length > 0; page = inbox.after(page.at(-1)!.place))
      seqs.push(...page.map(({ seq }) => seq))
    assert.deepEqual(seqs, [3, 4, 5])
    assert.equal(inbox.whole, 2)
  })

  test('gives a program no more at once than its memory may hold', () => {
    const { store, inbox } = opened().open('operator')
    for (let seq = 1; seq <= 9; seq++) store.write([message(seq, new Uint8Array(1_048_576))])
    assert.deepEqual([inbox.after(0).length, inbox.after(4).length, inbox.after(8).length], [4, 4, 1])
  })

  test('forgets the oldest idempotency keys where there are too many', () => {
    const database = opened()
    const note = (key: string): void => database.notePublished('operator', { caller: '', key, digest: '', id: key }, 0)
    database.together(() => {
      for (let count = 0; count <= maxPublishedKeys; count++) note(`key ${count}`)
    })
    const known = (count: number): boolean => database.published('operator', '', `key ${count}`) !== undefined
    assert.deepEqual([known(0), known(1), known(maxPublishedKeys)], [false, true, true])
  })

  test('makes room by what the sender with most sent: one that floods pushes out nothing of others', () => {
    const { store, inbox } = opened().open('operator')
    const other = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
    store.write([{ ...message(1, Uint8Array.of(1)), what: { ...message(1, Uint8Array.of(1)).what, from: other } }])
    for (const seq of [1, 2, 3, 4, 5]) store.write([message(seq, new Uint8Array(maxLogOctets / 4))])
    const [first, ...rest] = [...inbox.after(0), ...inbox.after(3), ...inbox.after(4), ...inbox.after(5)]
    assert.deepEqual([first?.from, rest.length > 0, inbox.whole], [other, true, 3])
    store.write([entry(1, new Uint8Array(50)), { type: 'append', entry: { ...entry(1).entry, log: 'cd' } }])
    assert.deepEqual([store.oldest('all')?.log, store.oldest('largest log')?.log], ['ab', 'ab'])
    store.write([{ type: 'drop', log: 'ab', seq: 1 }])
    assert.deepEqual([store.octets, store.oldest('largest log')?.log], [10, 'cd'])
    assert.throws(() => store.write([entry(9, new Uint8Array(90)), entry(9)]), /UNIQUE/)
    assert.deepEqual([store.octets, store.oldest('largest log')?.log], [10, 'cd'])
  })
})
