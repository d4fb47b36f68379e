/** The record of events on a real disk, and whoever writes into it. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { operator } from '@vagus/api/actor'
import { RecordCheck, type RecordTrust, type Verdict } from '@vagus/audit'
import { signJws } from '@vagus/identity'
import { type ControlStore, openControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import fc from 'fast-check'
import { testAgent } from '../../../../packages/identity/test/agents.ts'
import { AuditDesk } from '../../src/audit/audit-desk.ts'
import type { HeadSigner } from '../../src/audit/head-signer.ts'
import { tailProblem } from '../../src/audit/tail-check.ts'
import { eventKeeper } from '../../src/events/event-keeper.ts'
import { EventLog } from '../../src/events/event-log.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-audit-'))
after(() => rmSync(root, { recursive: true }))
const { signer, identity } = testAgent(40)
const agent: HeadSigner = {
  id: identity.id,
  document: identity.document,
  sign: (type, payload) => signJws(type, payload, signer),
}
const begun = 1_790_000_000_000
const count = 40
const path = join(root, 'control.sqlite')

const logOf = (control: ControlStore): EventLog =>
  new EventLog(eventKeeper(control, identityCrypto), (problem) => assert.fail(problem))
const deskOf = (control: ControlStore, by: HeadSigner | undefined = agent): AuditDesk =>
  new AuditDesk({ control, signer: by, problem: undefined, now: () => begun + 3_600_000 })

function verdictOf(
  control: ControlStore,
  trust: RecordTrust = { by: agent.id },
  by: HeadSigner | undefined = agent,
): Verdict {
  const check = new RecordCheck(trust, identityCrypto)
  const text = [...deskOf(control, by).record()].join('')
  for (const line of text.split('\n').slice(0, -1)) check.take(line)
  return check.end()
}

/** Of a copy of the record into which somebody wrote while no controller had it. */
function touched(change: (database: DatabaseSync) => void, trust?: RecordTrust): string {
  const copy = join(root, 'touched.sqlite')
  for (const end of ['-wal', '-shm']) rmSync(copy + end, { force: true })
  copyFileSync(path, copy)
  const database = new DatabaseSync(copy)
  change(database)
  database.close()
  const control = openControlStore({ path: copy })
  try {
    const verdict = verdictOf(control, trust)
    return verdict.type === 'wrong' ? verdict.problem : 'whole'
  } finally {
    control.close()
  }
}

before(() => {
  const control = openControlStore({ path })
  const [log, desk] = [logOf(control), deskOf(control)]
  for (let at = 1; at <= count; at++) {
    const because = at % 7 === 0 ? `half a character \ud800 and \u0000, "quoted"` : `${at} × 0.1`
    log.append(
      {
        event: 'line.released',
        subject: `line-${at}`,
        fields: { line: `line-${at}`, because, share: at / 3 },
        by: operator,
      },
      begun + at,
    )
    if (at % 10 === 0) desk.keepHead()
  }
  log.append({ event: 'store.recovered', subject: 'store', fields: { dropped: Number.NaN } }, begun + count + 1)
  control.close()
})

describe('the record of a controller', () => {
  test('is whole, over a restart, too; every event that is read has its hash', () => {
    const control = openControlStore({ path })
    assert.equal(tailProblem(control, identityCrypto), undefined)
    const verdict = verdictOf(control)
    assert.ok(verdict.type === 'whole', JSON.stringify(verdict))
    assert.deepEqual([verdict.entries, verdict.heads, verdict.signed?.by], [count + 1, 5, agent.id])
    for (const event of logOf(control).read(0, 100, () => true)) assert.match(event.hash!, /^[0-9a-f]{64}$/)
    control.close()
  })

  test('goes on after a restart, and a head of before is still in it', () => {
    const copy = join(root, 'again.sqlite')
    copyFileSync(path, copy)
    const control = openControlStore({ path: copy })
    const head = deskOf(control).head().head!
    logOf(control).append({ event: 'controller.stopped', subject: '', fields: {} }, begun)
    const verdict = verdictOf(control, { head })
    assert.ok(verdict.type === 'whole' && verdict.entries === count + 2, JSON.stringify(verdict))
    control.close()
  })

  test('of a controller without an agent is chained, and nobody signs it', () => {
    const control = openControlStore({ path: join(root, 'unsigned.sqlite') })
    logOf(control).append({ event: 'controller.stopped', subject: '', fields: {} }, begun)
    const desk = new AuditDesk({ control, signer: undefined, problem: undefined, now: () => begun })
    assert.deepEqual([desk.head().head, desk.head().signedBy, desk.head().last.id], [null, null, 1])
    desk.keepHead()
    const check = new RecordCheck({}, identityCrypto)
    for (const line of [...desk.record()].join('').split('\n').slice(0, -1)) check.take(line)
    const verdict = check.end()
    assert.ok(verdict.type === 'whole' && verdict.signed === null)
    control.close()
  })
})

describe('whoever writes into the file', () => {
  test('and changes any octet of a text of an event is found out, and the event is named', () => {
    const columns = ['event', 'severity', 'subject', 'fields', 'actor', 'hash'] as const
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: count }),
        fc.constantFrom(...columns),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        (id, column, place, mask) => {
          const problem = touched((database) => {
            const { text } = database.prepare(`SELECT ${column} AS text FROM event WHERE id = ?`).get(id) as {
              text: string
            }
            const octets = Buffer.from(text)
            octets[place % octets.length]! ^= mask
            if (octets.toString() === text) return
            database.prepare(`UPDATE event SET ${column} = ? WHERE id = ?`).run(octets.toString(), id)
          })
          // JSON that was written in another way says the same: spaces and escapes are made anew when it is read.
          if (problem === 'whole' && (column === 'fields' || column === 'actor')) return
          assert.match(problem, new RegExp(`^entry ${id} |after entry ${id - 1}\\b`), `${column} of ${id}`)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('and changes a time, takes an event out, or puts one in is found out', () => {
    assert.match(
      touched((database) => database.exec('UPDATE event SET at = at + 1 WHERE id = 9')),
      /^entry 9 /,
    )
    assert.match(
      touched((database) => database.exec(`UPDATE event SET at = ${2 ** 60} WHERE id = 9`)),
      /^entry 9 |after entry 8/,
    )
    assert.match(
      touched((database) => database.exec('DELETE FROM event WHERE id = 9')),
      /^entry 10 .* between 8 and 10 was taken out$/,
    )
    assert.match(
      touched((database) => database.exec('UPDATE event SET id = 100 WHERE id = 9')),
      /^entry 10 /,
    )
    const copy = `INSERT INTO event SELECT 60, at, event, severity, subject, fields, actor, hash, trace FROM event WHERE id = ${count + 1}`
    assert.match(
      touched((database) => database.exec(copy)),
      /^entry 60 /,
    )
    assert.match(
      touched((database) => database.exec('UPDATE event SET hash = NULL WHERE id = 9')),
      /^entry 9 .* has no hash/,
    )
  })

  test('and makes all hashes anew contradicts the heads; without them, a head that was kept elsewhere', () => {
    const rewrite = (database: DatabaseSync): void => {
      database.exec(`UPDATE event SET subject = 'line-99' WHERE id = 15`)
      const rows = database.prepare('SELECT * FROM event ORDER BY id').all()
      database.exec('DELETE FROM event')
      database.close()
      const control = openControlStore({ path: join(root, 'touched.sqlite') })
      const log = logOf(control)
      for (const row of rows)
        log.append(
          {
            event: row['event'] as 'line.released',
            subject: row['subject'] as string,
            fields: JSON.parse(row['fields'] as string),
            ...(row['actor'] === null ? {} : { by: JSON.parse(row['actor'] as string) }),
          },
          row['at'] as number,
        )
      control.close()
      database.open()
    }
    assert.match(touched(rewrite), /^entries up to 20 and after entry 10 were rewritten after a head of .* was signed$/)
    const control = openControlStore({ path })
    const head = deskOf(control).head().head!
    control.close()
    const withoutHeads = (database: DatabaseSync): void => {
      rewrite(database)
      database.exec('DELETE FROM event_head')
    }
    assert.equal(touched(withoutHeads), 'whole')
    assert.match(touched(withoutHeads, { head }), /^entries up to 41 were rewritten after the head that was kept of/)
  })

  test('and cuts off its beginning contradicts the heads', () => {
    const cut = (database: DatabaseSync): void =>
      database.exec(`
        UPDATE event_chain_begin SET id = 5, hash = (SELECT hash FROM event WHERE id = 5);
        DELETE FROM event WHERE id <= 5`)
    assert.match(touched(cut), /^entries 1 to 5 were there when the head of \S+ was signed, and are gone/)
  })

  test('is noticed when the controller starts, if it was one of the newest events', () => {
    const copy = join(root, 'start.sqlite')
    copyFileSync(path, copy)
    const database = new DatabaseSync(copy)
    database.exec(`UPDATE event SET subject = 'line-99' WHERE id = 38`)
    database.close()
    const control = openControlStore({ path: copy })
    assert.match(tailProblem(control, identityCrypto)!, /^entry 38 /)
    control.close()
  })

  test('and flips an octet in the file itself is found out', () => {
    const whole = readFileSync(path)
    const flipped = Buffer.from(whole)
    // Pages that are free now may have a copy.
    let places = 0
    for (let at = whole.indexOf('"line-17"'); at >= 0; at = whole.indexOf('"line-17"', at + 1), places++)
      flipped[at + 6]! ^= 1
    assert.ok(places > 0)
    const copy = join(root, 'flipped.sqlite')
    writeFileSync(copy, flipped)
    const control = openControlStore({ path: copy })
    const verdict = verdictOf(control)
    assert.ok(verdict.type === 'wrong' && verdict.problem.startsWith('entry 17 '), JSON.stringify(verdict))
    control.close()
  })
})
