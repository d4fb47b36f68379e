import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Holders } from '../../src/found/holders.ts'
import { Notes } from '../../src/notes.ts'

const place = { caller: '', word: 'skill:report.write' }
const by = (agent: string) => ({ agent, rule: '@host' })
const day = 86_400_000

describe('what belongs together', () => {
  test('stays with the first agent that has it, for each caller and each claim apart', () => {
    const holders = new Holders(new DatabaseSync(':memory:'))
    assert.deepEqual(holders.hold(place, ['task:1', 'context:1'], by('a'), 0), ['task:1', 'context:1'])
    assert.deepEqual(holders.hold(place, ['task:1', 'task:2'], by('b'), 0), ['task:2'])
    assert.deepEqual(holders.of(place, ['task:1'], 0), by('a'))
    assert.deepEqual(holders.of(place, ['task:9', 'task:2', 'task:1'], 0), by('b'))
    for (const other of [
      { ...place, caller: 'bob' },
      { ...place, word: 'role:writer' },
    ])
      assert.equal(holders.of(other, ['task:1'], 0), undefined)
  })
  test('is known after the end of the process', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-holders-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const before = new Notes(join(folder, 'notes.sqlite'))
    before.holders.hold(place, ['task:1'], by('a'), Date.now())
    const after = new Notes(join(folder, 'notes.sqlite')) // the first was not closed, as after kill -9
    assert.deepEqual(after.holders.of(place, ['task:1'], Date.now()), by('a'))
    assert.equal(after.holders.ruleOf(place, 'a'), '@host')
    after.close()
    before.close()
  })
  test('is forgotten a week after its last use', () => {
    const holders = new Holders(new DatabaseSync(':memory:'))
    holders.hold(place, ['task:used', 'task:unused'], by('a'), 0)
    holders.of(place, ['task:used'], 6 * day)
    holders.forgetOld(8 * day)
    assert.deepEqual(holders.of(place, ['task:used'], 8 * day), by('a'))
    assert.equal(holders.of(place, ['task:unused'], 8 * day), undefined)
  })
  test('at the limit is forgotten where it was used longest ago', () => {
    const holders = new Holders(new DatabaseSync(':memory:'), 20)
    for (let at = 0; at < 21; at++) holders.hold(place, [`task:${at}`], by('a'), at)
    const kept = Array.from({ length: 21 }, (_, at) => holders.of(place, [`task:${at}`], 21) !== undefined)
    assert.deepEqual(kept, [false, false, ...Array.from({ length: 19 }, () => true)])
  })
  test('follows any order of holding, moving and letting go as a table of first comers does', () => {
    const word = fc.constantFrom('task:1', 'task:2', 'message:1', 'rest')
    const agent = fc.constantFrom('a', 'b', 'c')
    const event = fc.record({ type: fc.constantFrom('hold', 'move', 'release', 'ask'), word, agent })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        const holders = new Holders(new DatabaseSync(':memory:'))
        const table = new Map<string, string>()
        for (const { type, word, agent } of events) {
          if (type === 'hold') {
            assert.deepEqual(holders.hold(place, [word], by(agent), 0), table.has(word) ? [] : [word])
            if (!table.has(word)) table.set(word, agent)
          } else if (type === 'move') {
            holders.move(place, word, by(agent), 0)
            table.set(word, agent)
          } else if (type === 'release') {
            holders.release(place, [word])
            table.delete(word)
          }
          assert.equal(holders.of(place, [word], 0)?.agent, table.get(word))
        }
      }),
    )
  })
})
