import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { createEventTable } from '../src/control/event-table.ts'
import { openControlStore, type StoredEvent, StoreError } from '../src/index.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-control-'))
after(() => rmSync(root, { recursive: true }))
let count = 0
const freshPath = (): string => join(root, String(++count), 'control.sqlite')
const now = 1_700_000_000_000
const eventOf = (id: number): StoredEvent => ({
  id,
  at: now + id,
  event: 'link.down',
  severity: 'error',
  subject: `link-${id}`,
  fields: { device: 'pe-1', seconds: id },
})

describe('documents', () => {
  test('are readable by nobody else, also in a folder that is open to others', () => {
    const folder = mkdtempSync(join(root, 'open-'))
    chmodSync(folder, 0o755)
    for (let life = 0; life < 2; life++) {
      const store = openControlStore({ path: join(folder, 'control.sqlite') })
      store.put('line/a', {}, now)
      for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
      store.close()
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
    }
  })

  test('are open to one process at a time, and to the next after a kill -9', async () => {
    const path = join(mkdtempSync(join(root, 'lock-')), 'control.sqlite')
    const script = `const { openControlStore } = await import('${new URL('../src/index.ts', import.meta.url).href}')
      openControlStore({ path: '${path}' }); console.log('open'); setInterval(() => {}, 1000)`
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(other.stdout, 'data')
    assert.throws(() => openControlStore({ path }), { name: 'StoreError', code: 'locked' })
    other.kill('SIGKILL')
    await once(other, 'exit')
    openControlStore({ path }).close()
  })

  test('are read as written, with a growing revision, also after reopening', () => {
    const path = freshPath()
    const store = openControlStore({ path })
    const value = { templates: [{ id: 256, fields: [[8, 4, 0]] }], name: 'ä', empty: null }
    assert.equal(store.get('templates'), undefined)
    store.put('templates', {}, now)
    store.put('templates', value, now + 1)
    store.close()
    const again = openControlStore({ path })
    assert.deepEqual(again.get('templates'), { value, revision: 2, at: now + 1 })
    assert.deepEqual(again.keys(''), ['templates'])
    again.delete('templates')
    assert.equal(again.get('templates'), undefined)
    again.close()
  })

  test('are listed by what their keys begin with, to the letter', () => {
    const store = openControlStore({ path: freshPath() })
    for (const key of ['line/b', 'line-minutes/1', 'line/a', 'Line/c', 'l%ne/d']) store.put(key, { key }, now)
    assert.deepEqual(store.keys('line/'), ['line/a', 'line/b'])
    assert.deepEqual(store.values('line/'), [{ key: 'line/a' }, { key: 'line/b' }])
    assert.deepEqual(store.values('l%'), [{ key: 'l%ne/d' }])
    assert.deepEqual(store.values('none/'), [])
    store.close()
  })

  test('and events of a later version are read if it only added columns, and refused if it changed the layout', () => {
    const path = freshPath()
    const change = (sql: string): void => {
      const database = new DatabaseSync(path)
      database.exec(sql)
      database.close()
    }
    openControlStore({ path }).close()
    for (const table of ['document', 'event']) change(`ALTER TABLE ${table} ADD COLUMN later TEXT NOT NULL DEFAULT 'x'`)
    const store = openControlStore({ path })
    store.put('key', 'value', now)
    store.appendEvent(eventOf(1))
    assert.equal(store.get('key')?.value, 'value')
    assert.deepEqual(store.newestEvents(1), [eventOf(1)])
    store.close()
    change('PRAGMA user_version = 4')
    const message = `control state ${path} was written by a newer version of Vagus (layout 4; this one knows 3)`
    assert.throws(() => openControlStore({ path }), { code: 'newer', message })
  })

  test('and events of layout 2, which had no place in a trace, are read, and further ones may have one', () => {
    const path = freshPath()
    openControlStore({ path }).close()
    const database = new DatabaseSync(path)
    database.exec('ALTER TABLE event DROP COLUMN trace; PRAGMA user_version = 2')
    database.exec("INSERT INTO event (id, at, event, severity, subject, fields) VALUES (1, 0, 'a', 'info', '', '{}')")
    database.close()
    const store = openControlStore({ path })
    const traced = { ...eventOf(2), trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
    store.appendEvent(traced)
    const [old, young] = store.newestEvents(2)
    assert.deepEqual([old?.id, old?.trace, young], [1, undefined, traced])
    store.close()
  })

  test('that are already JSON are read as values', () => {
    const store = openControlStore({ path: freshPath() })
    store.put('key', 'first', now)
    store.putJson('key', '{"templates":[256]}', now + 1)
    assert.deepEqual(store.get('key'), { value: { templates: [256] }, revision: 2, at: now + 1 })
    assert.throws(() => store.putJson('key', ' '.repeat(2 ** 26 + 1), now), /"value" of key must have at most/)
    store.close()
  })

  test('that JSON cannot represent are refused', () => {
    const store = openControlStore({ path: freshPath() })
    assert.throws(() => store.put('key', undefined, now), { name: 'TypeError' })
    store.close()
  })

  test('a file that is not a database is refused with its path and what to do', () => {
    const path = join(root, 'garbage.sqlite')
    writeFileSync(path, 'not a database'.repeat(1000))
    assert.throws(
      () => openControlStore({ path }),
      (error) =>
        error instanceof StoreError &&
        error.message.startsWith(
          `control state ${path}: file is not a database; put a copy of it back, or move it away`,
        ),
    )
  })
})

describe('the event log', () => {
  test('of a file from before has its events still, and takes who caused one', () => {
    const path = freshPath()
    mkdirSync(dirname(path))
    const before = new DatabaseSync(path)
    before.exec(`PRAGMA user_version = 1;
      CREATE TABLE event (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL,
        fields TEXT NOT NULL) STRICT;
      INSERT INTO event VALUES (1, ${now + 1}, 'link.down', 'error', 'link-1', '{"device":"pe-1","seconds":1}')`)
    before.close()
    const store = openControlStore({ path })
    const by = { kind: 'operator', id: null, name: null }
    store.appendEvent({ ...eventOf(2), by })
    assert.deepEqual(store.newestEvents(2), [eventOf(1), { ...eventOf(2), by }])
    store.close()
  })

  test('returns events after an id, oldest first, and the newest', () => {
    const path = freshPath()
    const store = openControlStore({ path })
    for (let id = 1; id <= 10; id++) store.appendEvent(eventOf(id))
    store.close()
    const again = openControlStore({ path })
    assert.deepEqual(again.eventsAfter(3, 4), [4, 5, 6, 7].map(eventOf))
    assert.deepEqual(again.newestEvents(2), [9, 10].map(eventOf))
    assert.throws(() => again.appendEvent(eventOf(9)), { name: 'StoreError' })
    again.close()
  })

  test('keeps the newest events and removes the oldest beyond its limit', () => {
    const path = freshPath()
    openControlStore({ path }).close()
    const database = new DatabaseSync(path)
    const events = createEventTable(database, 50)
    for (let id = 1; id <= 520; id++) events.append(eventOf(id))
    const kept = events.after(0, 1000)
    assert.ok(kept.length >= 50 && kept.length <= 50 + 256, `${kept.length} events`)
    assert.equal(kept.at(-1)?.id, 520)
    database.close()
  })

  test('begins its chain where the oldest event was cut off, and drops the heads of before', () => {
    const path = freshPath()
    openControlStore({ path }).close()
    const database = new DatabaseSync(path)
    const events = createEventTable(database, 50)
    assert.deepEqual(events.chainAfter, { id: 0, hash: '0'.repeat(64) })
    for (let id = 1; id <= 520; id++) {
      events.append({ ...eventOf(id), hash: `hash ${id}` })
      if (id % 100 === 0) events.keepHead({ id, jws: `head ${id}` })
    }
    const { id, hash } = events.chainAfter
    assert.deepEqual([events.after(0, 1)[0]!.id, hash], [id + 1, `hash ${id}`])
    assert.deepEqual(
      events.heads(0, 1000).map((head) => head.id),
      [100, 200, 300, 400, 500].filter((one) => one >= id),
    )
    database.close()
  })

  test('finds events by name and time, and reads on past one that is damaged', () => {
    const path = freshPath()
    const store = openControlStore({ path })
    for (let id = 1; id <= 6; id++)
      store.appendEvent({ ...eventOf(id), event: id % 2 === 0 ? 'line.active' : 'link.up' })
    const found = (since: number, limit: number) => store.eventsNamed(['line.active'], since, limit).map(({ id }) => id)
    assert.deepEqual(
      [found(0, 9), found(now + 4, 9), found(0, 2)],
      [
        [2, 4, 6],
        [4, 6],
        [4, 6],
      ],
    )
    store.close()
    const database = new DatabaseSync(path)
    database.exec(`UPDATE event SET fields = '{"device' WHERE id = 4`)
    database.close()
    const again = openControlStore({ path })
    assert.deepEqual(again.eventsAfter(3, 1)[0]!.fields, { damaged: '{"device' })
    again.close()
  })
})
