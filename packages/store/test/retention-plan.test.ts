import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expiredFiles } from '../src/sealed/retention-plan.ts'
import type { StoredFile } from '../src/sealed/stored-file.ts'
import { type FileKind, fileKinds, rawKind } from '../src/sealed/tiers.ts'

const retention = { raw: 10, minute: 100, fiveMinutes: 1000, hour: 10_000 }
const now = 1_000_000_000
const fileOf = (from: number, secondsAgo: number): StoredFile => ({
  from,
  to: from,
  rows: 1,
  firstAt: now - secondsAgo * 1000,
  lastAt: now - secondsAgo * 1000,
  earliest: 0,
  latest: 0,
  path: '',
  octets: 100,
})
const all = new Map<FileKind, readonly StoredFile[]>(
  fileKinds.map((kind) => [kind, [20_000, 2000, 200, 20, 5, 1].map((age, i) => fileOf(i + 1, age))]),
)
const gone = (maxOctets: number): Record<string, number> => {
  const expired = expiredFiles(all, retention, maxOctets, 50, now)
  return Object.fromEntries([...expired].map(([kind, files]) => [kind.folder, files.length]))
}

describe('expiredFiles', () => {
  test('each tier is kept for its retention', () => {
    assert.deepEqual(gone(1e9), {
      'minute/traffic': 3,
      'minute/interfaces': 3,
      'five-minutes/traffic': 2,
      'five-minutes/interfaces': 2,
      'hour/traffic': 1,
      'hour/interfaces': 1,
      sums: 4,
      raw: 4,
    })
  })

  test('beyond the maximum size the oldest single records and their sums are removed, and nothing else', () => {
    // 2 × (3 + 4 + 5) rollups, 2 files of records and 2 of sums, each of 100 octets, and 50 octets of the log.
    assert.equal(gone(2850)['raw'], 4)
    assert.equal(gone(2849)['raw'], 5)
    assert.equal(gone(2849)['sums'], 5)
    assert.equal(gone(1)['raw'], 6)
    assert.equal(gone(1)['hour/traffic'], 1)
    const expired = expiredFiles(all, retention, 2849, 50, now)
    assert.deepEqual(
      expired.get(rawKind)?.map(({ from }) => from),
      [1, 2, 3, 4, 5],
    )
  })
})
