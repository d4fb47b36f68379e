import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapsOf, pairsOf } from '../src/session/pairs.ts'
import { session } from './session-samples.ts'

test('two agents have the gaps that the end tells which saw the longest', () => {
  const none = { count: 0, lastMs: null, longestMs: null }
  const some = { count: 2, lastMs: 27, longestMs: 152 }
  const [boss, writer] = [session('boss', 'writer', { gaps: none }), session('writer', 'boss', { gaps: some })]
  const gaps = (...views: Parameters<typeof pairsOf>[0]) => pairsOf(views).map(gapsOf)
  assert.deepEqual([gaps(boss), gaps(boss, writer), gaps(writer, boss)], [[none], [some], [some]])
})
