import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test('a link whose counters begin anew stays announced', { skip: needs('netns') }, () => {
  const script = join(import.meta.dirname, 'fixtures/meter-run.ts')
  const seen = execFileSync('unshare', ['-Urn', process.execPath, script], { encoding: 'utf8', timeout: 30_000 })
  assert.deepEqual(JSON.parse(seen), { announced: 'pe-1:va', wentBack: true, withdrawn: 0, shown: 1 })
})
