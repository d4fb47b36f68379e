import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { coveredSegments, firstBlockOf, segmentNameOf } from '../src/log/segment-name.ts'
import { blocksOf, fileNameOf, resolveFiles } from '../src/sealed/file-name.ts'

describe('names of Parquet files', () => {
  test('give the blocks that they hold, and sort by them', () => {
    assert.equal(fileNameOf({ from: 1, to: 480 }), '000000000001-000000000480.parquet')
    const range = fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
    fc.assert(fc.property(range, (each) => assert.deepEqual(blocksOf(fileNameOf(each)), each)))
  })

  test('of another form are ignored', () => {
    for (const name of [
      '',
      'x.parquet',
      '1-2.parquet',
      '000000000002-000000000001.parquet',
      `${fileNameOf({ from: 1, to: 2 })}.unfinished`,
    ]) {
      assert.equal(blocksOf(name), undefined, name)
    }
  })
})

describe('resolveFiles', () => {
  const live = (files: readonly (readonly [number, number])[], covered: number): readonly unknown[] => {
    const { live, leftOver } = resolveFiles(
      files.map(([from, to]) => ({ from, to })),
      covered,
    )
    assert.equal(live.length + leftOver.length, files.length)
    return live.map(({ from, to }) => [from, to])
  }

  test('a file within a wider one was merged into it', () => {
    assert.deepEqual(
      live(
        [
          [1, 4],
          [5, 9],
          [1, 9],
        ],
        9,
      ),
      [[1, 9]],
    )
    assert.deepEqual(
      live(
        [
          [1, 4],
          [1, 9],
          [10, 12],
        ],
        12,
      ),
      [
        [1, 9],
        [10, 12],
      ],
    )
  })

  test('a file beyond what is covered was not finished', () => {
    assert.deepEqual(
      live(
        [
          [1, 4],
          [5, 9],
        ],
        4,
      ),
      [[1, 4]],
    )
  })

  test('for any set of files, no block is in two of the selected ones', () => {
    const file = fc.tuple(fc.nat(50), fc.nat(10)).map(([from, more]) => ({ from, to: from + more }))
    fc.assert(
      fc.property(fc.array(file), fc.nat(60), (files, covered) => {
        const seen = new Set<number>()
        for (const { from, to } of resolveFiles(files, covered).live) {
          for (let block = from; block <= to; block++) {
            assert.ok(!seen.has(block) && block <= covered)
            seen.add(block)
          }
        }
      }),
    )
  })
})

describe('segments', () => {
  test('are named by their first block', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (first) => assert.equal(firstBlockOf(segmentNameOf(first)), first)))
    assert.equal(firstBlockOf('0000000000000001.vlog.unreadable'), undefined)
  })

  test('can be removed when all of their blocks are covered, but never the last one', () => {
    const names = [1, 5, 9].map(segmentNameOf)
    assert.deepEqual(coveredSegments(names, 3), [])
    assert.deepEqual(coveredSegments(names, 4), names.slice(0, 1))
    assert.deepEqual(coveredSegments(names, 8), names.slice(0, 2))
    assert.deepEqual(coveredSegments(names, 100), names.slice(0, 2))
  })
})
