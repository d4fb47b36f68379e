import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type MergeLimits, nextMerge } from '../src/sealed/merge-plan.ts'
import { mergedFacts, type StoredFile } from '../src/sealed/stored-file.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const fileOf = (from: number, firstAt: number, lastAt: number, rows = 10): StoredFile => ({
  from,
  to: from,
  rows,
  firstAt,
  lastAt,
  earliest: firstAt,
  latest: lastAt,
  path: String(from),
  octets: rows * 20,
})
const names = (files: readonly StoredFile[] | undefined): readonly number[] | undefined =>
  files?.map(({ from }) => from)

describe('nextMerge', () => {
  const files = [0, 20, 50, 61, 80].map((at, i) => fileOf(i + 1, day + at * minute, day + (at + 1) * minute))

  test('leaves the files of an hour that has not ended', () => {
    assert.equal(nextMerge(files, [hour], day + hour - 1), undefined)
  })

  test('takes adjacent files of an hour that has ended', () => {
    assert.deepEqual(names(nextMerge(files, [hour], day + hour)), [1, 2, 3])
    assert.deepEqual(names(nextMerge(files.slice(3), [hour], day + 2 * hour)), [4, 5])
  })

  test('does not merge across blocks whose file is missing', () => {
    assert.deepEqual(names(nextMerge([files[0]!, files[2]!], [hour], day + hour)), undefined)
    const [first, , third] = files
    const fourth = fileOf(4, day + 55 * minute, day + 56 * minute)
    assert.deepEqual(names(nextMerge([first!, third!, fourth], [hour], day + hour)), [3, 4])
  })

  test('leaves large files, files that span hours, and files that together would be too large', () => {
    const limits = { largeRows: 100, mergedRows: 150 }
    const at = (i: number): number => day + i * minute
    assert.equal(nextMerge([fileOf(1, at(0), at(1), 100), fileOf(2, at(1), at(2))], [hour], 2 * day, limits), undefined)
    assert.equal(nextMerge([fileOf(1, at(0), at(70)), fileOf(2, at(71), at(72))], [hour], 2 * day, limits), undefined)
    const three = [1, 2, 3].map((i) => fileOf(i, at(i), at(i), 70))
    assert.deepEqual(names(nextMerge(three, [hour], 2 * day, limits)), [1, 2])
  })

  test('merges the hours of a day when their files are merged and the day has ended', () => {
    const hours = [0, 1, 2].map((i) => fileOf(i + 1, day + i * hour, day + (i + 1) * hour - 1))
    assert.equal(nextMerge(hours, [hour, day], day + 5 * hour), undefined)
    assert.deepEqual(names(nextMerge(hours, [hour, day], 2 * day)), [1, 2, 3])
  })

  test('terminates, loses no file, and keeps to the limit', () => {
    const gap = fc.integer({ min: 1, max: 3 * hour })
    const rows = fc.integer({ min: 1, max: 60 })
    const limits: MergeLimits = { largeRows: 50, mergedRows: 100 }
    fc.assert(
      fc.property(fc.array(fc.tuple(gap, rows), { maxLength: 40 }), (steps) => {
        let at = 0
        let left: readonly StoredFile[] = steps.map(([gap, rows], i) =>
          fileOf(i + 1, (at += gap), (at += gap >> 2), rows),
        )
        const total = left.reduce((sum, file) => sum + file.rows, 0)
        for (let turn = 0; ; turn++) {
          const run = nextMerge(left, [hour, day], at + 2 * day, limits)
          if (run === undefined) break
          assert.ok(turn < 100 && run.length > 1)
          const merged = { ...run[0]!, to: run.at(-1)!.to, ...mergedFacts(run) }
          assert.ok(merged.rows <= limits.mergedRows)
          left = left.flatMap((file) => (file === run[0] ? [merged] : run.includes(file) ? [] : [file]))
        }
        assert.equal(
          left.reduce((sum, file) => sum + file.rows, 0),
          total,
        )
      }),
    )
  })
})
