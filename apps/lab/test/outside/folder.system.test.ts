import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findLab } from '../../src/outside/folder.ts'

test('a lab that nobody named is not running; a name that no lab has is a mistake', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-labs-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  assert.throws(() => findLab({ home }), { code: 'not-running', message: 'no lab runs; start one with: vagus lab up' })
  const start = 'there is no lab "nope"; start one with: vagus lab up'
  assert.throws(() => findLab({ home, name: 'nope' }), { code: 'usage', message: start })
  mkdirSync(join(home, 'lab/metro'), { recursive: true })
  writeFileSync(join(home, 'lab/metro/lab.json'), '{}')
  const known = 'there is no lab "nope"; there are metro'
  assert.throws(() => findLab({ home, name: 'nope' }), { code: 'usage', message: known })
  assert.equal(findLab({ home }), join(home, 'lab/metro'))
})
