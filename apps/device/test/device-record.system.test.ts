/** The record of a device on a disk: over restarts, cuts in the midst of a line, and hands that are not ours. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { operator } from '@vagus/api/actor'
import { RecordCheck, type Verdict } from '@vagus/audit'
import { identityCrypto } from '@vagus/transport'
import fc from 'fast-check'
import { type DeviceDeed, DeviceRecord, recordFile } from '../src/record/device-record.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-device-record-'))
after(() => rmSync(root, { recursive: true }))
let count = 0
const freshPath = (): string => recordFile(join(root, `${++count}.sock`))
const opened = (path: string, reported: string[] = [], maxEntries?: number): DeviceRecord =>
  new DeviceRecord({
    path,
    now: () => 1_790_000_000_000.5,
    report: (line) => void reported.push(line),
    ...(maxEntries === undefined ? {} : { maxEntries }),
  })
const deed = (id: number): DeviceDeed => ({
  event: 'class.set',
  subject: `192.0.2.${id}/32`,
  fields: { id: `c${id}`, owner: 'noc \ud800', class: 3 },
  by: operator,
})

function verdictOf(path: string): Verdict {
  const check = new RecordCheck({}, identityCrypto)
  const text = readFileSync(path, 'utf8')
  assert.ok(text.endsWith('\n'))
  for (const line of text.slice(0, -1).split('\n')) check.take(line)
  return check.end()
}

function entriesOf(path: string): number {
  const verdict = verdictOf(path)
  assert.ok(verdict.type === 'whole', JSON.stringify(verdict))
  return verdict.entries
}

test('what was done to a router is chained over restarts of its agent', () => {
  const path = freshPath()
  for (let start = 0; start < 3; start++) {
    const record = opened(path)
    record.tell(deed(start))
    record[Symbol.dispose]()
  }
  assert.equal(entriesOf(path), 3)
})

test('a line that was cut off by a kill is not there, and the record goes on', () => {
  const path = freshPath()
  const record = opened(path)
  for (let id = 0; id < 5; id++) record.tell(deed(id))
  record[Symbol.dispose]()
  const whole = readFileSync(path)
  fc.assert(
    fc.property(fc.nat(whole.length), (length) => {
      writeFileSync(path, whole)
      truncateSync(path, length)
      const lines = whole.subarray(0, length).toString().split('\n').length - 1
      const reported: string[] = []
      const again = opened(path, reported)
      again.tell(deed(9))
      again[Symbol.dispose]()
      assert.deepEqual(reported, [])
      assert.equal(entriesOf(path), Math.max(0, lines - 1) + 1)
    }),
  )
})

test('beyond its limit a new file goes on where the one before ended', () => {
  const path = freshPath()
  const record = opened(path, [], 10)
  for (let id = 0; id < 25; id++) record.tell(deed(id))
  record[Symbol.dispose]()
  const [old, now] = [verdictOf(`${path}.1`), verdictOf(path)]
  assert.ok(old.type === 'whole' && now.type === 'whole')
  assert.deepEqual([old.entries, now.entries, now.after], [10, 5, old.last])
})

test('what somebody changed stays to be seen, and is told in the record itself', () => {
  const path = freshPath()
  const record = opened(path)
  for (let id = 0; id < 5; id++) record.tell(deed(id))
  record[Symbol.dispose]()
  writeFileSync(path, readFileSync(path, 'utf8').replace('192.0.2.2/32', '192.0.2.7/32'))
  const reported: string[] = []
  opened(path, reported)[Symbol.dispose]()
  assert.match(reported.join(), /does not hold: entry 3 \(\S+, class\.set\) is not what was written after entry 2/)
  assert.match(readFileSync(path, 'utf8'), /"event":"record\.broken"/)
  const verdict = verdictOf(path)
  assert.ok(verdict.type === 'wrong' && verdict.problem.startsWith('entry 3 '))
})
