import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dimensions } from '@vagus/api'
import { nearestOf } from '@vagus/api/nearest'
import { registry } from '../src/registry.ts'

describe('did you mean', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['sorc', 'src'],
    ['dstprot', 'dstPort'],
    ['aplication', 'application'],
    ['ingres', 'ingress'],
    ['exp', 'exporter'],
    ['zzz', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ]
  for (const [typed, meant] of rows)
    test(`"${typed.slice(0, 20)}" among dimensions is ${meant ?? 'nothing'}`, () =>
      assert.equal(nearestOf(typed, dimensions), meant))

  test('a word of one letter is near to nothing: one edit makes any other of it', () =>
    assert.equal(nearestOf('5', ['all', '4', '6']), undefined))

  const commands: readonly (readonly [readonly string[], string | undefined])[] = [
    [['stauts'], 'status'],
    [['matirx', '--json'], 'matrix'],
    [['flow', 'tpo'], 'flow top'],
    [['flwo', 'top'], 'flow top'],
    [['link', 'list'], 'link ls'],
    [['devices'], 'device'],
    [['laab'], 'lab'],
    [['top'], 'flow top'],
    [['frobnicate'], undefined],
  ]
  for (const [words, meant] of commands)
    test(`vagus ${words.join(' ')} was meant as ${meant ?? 'nothing we know'}`, () =>
      assert.equal(registry.nearest(words), meant))
})
