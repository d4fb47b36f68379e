import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Journal, type JournalRecord } from '@vagus/channel'
import { openSqliteJournal } from '../src/journal/sqlite-journal.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
after(() => rmSync(folder, { recursive: true }))

test('a journal that a crowd of messages made large is small again when it is opened, and knows what it knew', () => {
  const octetsOf = (): number => statSync(join(folder, 'journal.sqlite')).size
  const MiB = 2 ** 20
  const journal = openSqliteJournal(folder, 'process')
  const { id } = journal.restore()
  const callers = ['x', 'a', 'm'].map((caller): JournalRecord => ({ type: 'floor', caller, floor: 7, doubtedBelow: 0 }))
  journal.append(callers)
  for (let cursor = 1; cursor <= 40; cursor++)
    journal.append([{ type: 'sent', local: 1, cursor, octets: new Uint8Array(MiB).fill(cursor) }])
  journal.append([{ type: 'removed', local: 1 }])
  journal.close()
  assert.ok(octetsOf() > 40 * MiB)
  const again = openSqliteJournal(folder, 'process')
  const restored = again.restore()
  assert.equal(restored.id, id)
  assert.deepEqual([...restored.records], callers)
  again.close()
  assert.ok(octetsOf() < MiB, `${octetsOf()} octets`)
})

test('numbers of calls are never used twice, also where a process is killed behind ones that are over', () => {
  let home = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
  const call = { name: 'b', protocol: 'p', class: 'call', priority: 3, head: new Uint8Array(0) } as const
  const used: number[] = []
  for (let life = 0; life < 3; life++) {
    const store = openSqliteJournal(home, 'process')
    const journal = Journal.restore(store.restore())
    for (let count = 0; count < 70; count++) {
      const exchange = journal.call({ ...call, id: `${life} ${count}` }, 1)!
      used.push(exchange.start.number)
      store.append(journal.take())
      journal.remove(exchange)
      if (count < 69) store.append(journal.take()) // the last one is in the journal when the process ends
    }
    const left = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
    cpSync(home, left, { recursive: true }) // as a kill leaves it: to close might say more
    store.close()
    rmSync(home, { recursive: true })
    home = left
  }
  assert.ok(used.every((number, at) => at === 0 || number > used[at - 1]!))
  rmSync(home, { recursive: true })
})

test('a journal knows the same, however its changes were gathered', () => {
  const knownBy = (atOnce: number): readonly JournalRecord[] => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
    const store = openSqliteJournal(home, 'process')
    store.restore()
    for (let from = 0; from < changes.length; from += atOnce) store.append(changes.slice(from, from + atOnce))
    store.close()
    const again = openSqliteJournal(home, 'process')
    const records = [...again.restore().records]
    again.close()
    rmSync(home, { recursive: true })
    return records
  }
  const one = knownBy(1)
  assert.ok(one.length > 5)
  for (const atOnce of [2, 3, 5, 7, changes.length]) assert.deepEqual(knownBy(atOnce), one, `${atOnce} at once`)
})

test('processes that are killed behind one call each skip few numbers: they count against an exchange that stays open', () => {
  let home = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
  const call = { name: 'b', protocol: 'p', class: 'call', priority: 3, head: new Uint8Array(0) } as const
  let last = 0
  for (let life = 0; life < 20; life++) {
    const store = openSqliteJournal(home, 'process')
    const journal = Journal.restore(store.restore())
    const exchange = journal.call({ ...call, id: `${life}` }, 1)!
    last = exchange.start.number
    store.append(journal.take())
    const left = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
    cpSync(home, left, { recursive: true })
    store.close()
    rmSync(home, { recursive: true })
    home = left
  }
  assert.ok(last <= 40, `${last}`)
  rmSync(home, { recursive: true })
})

const start = (local: number, side: 'caller' | 'server') =>
  ({
    type: 'started',
    start: {
      side,
      local,
      callerJournal: 'aa'.repeat(16),
      number: local,
      id: `id ${local}`,
      name: 'b',
      protocol: 'p',
      class: 'call',
      priority: 3,
      head: Uint8Array.of(local),
      at: 1,
    },
  }) as const
const sent = (local: number, cursor: number): JournalRecord => ({
  type: 'sent',
  local,
  cursor,
  octets: Uint8Array.of(local, cursor),
})
/** Of all kinds, so that what undoes another comes in the same seven as that, and in others. */
const changes: readonly JournalRecord[] = [
  { type: 'floor', caller: 'x 1', floor: 3, doubtedBelow: 2 },
  start(1, 'caller'),
  { type: 'bound', local: 1, binding: { peer: 'did:key:b', journal: 'bb'.repeat(16) } },
  sent(1, 1),
  sent(1, 2),
  { type: 'released', local: 1, cursor: 1 },
  { type: 'done', caller: 'x 1', number: 5 },
  start(2, 'server'),
  sent(2, 1),
  { type: 'acknowledged', local: 2, cursor: 4 },
  { type: 'ended', local: 2, outcome: { code: 'failed', problem: 'no' } },
  { type: 'floor', caller: 'y 1', floor: 1, doubtedBelow: 0 },
  { type: 'done', caller: 'y 1', number: 2 },
  { type: 'done', caller: 'y 1', number: 4 },
  start(3, 'caller'),
  { type: 'removed', local: 3 },
  { type: 'floor', caller: 'y 1', floor: 3, doubtedBelow: 0 },
  { type: 'ended', local: 1, outcome: undefined },
  { type: 'released', local: 1, cursor: 2 },
  { type: 'cancelled', local: 1, reason: 'late' },
  { type: 'forgotten', caller: 'x 1', limit: 'callers' },
  { type: 'floor', caller: 'x 1', floor: 9, doubtedBelow: 9 },
  { type: 'acknowledged', local: 1, cursor: 1 },
  { type: 'removed', local: 2 },
  start(4, 'server'),
  sent(4, 1),
  { type: 'acknowledged', local: 4, cursor: 1 },
  { type: 'floor', caller: 'z 1', floor: 1, doubtedBelow: 0 },
  { type: 'forgotten', caller: 'x 1', limit: 'callersOfOne' },
  { type: 'floor', caller: 'w 1', floor: 1, doubtedBelow: 0 },
  { type: 'floor', caller: 'x 1', floor: 11, doubtedBelow: 11 },
]
