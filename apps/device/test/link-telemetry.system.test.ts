import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test(
  'a link whose counters begin anew stays announced; one whose neighbour comes to be known is told in its place',
  { skip: needs('netns') },
  () => {
    const script = join(import.meta.dirname, 'fixtures/meter-run.ts')
    const seen = execFileSync('unshare', ['-Urn', process.execPath, script], { encoding: 'utf8', timeout: 30_000 })
    const replaced = [
      { as: 64512, bgpIdentifier: 0x0a000002 },
      { as: 64600, bgpIdentifier: 0x0a090909 },
    ]
    assert.deepEqual(JSON.parse(seen), { announced: 'pe-1:va', replaced, wentBack: true, withdrawn: 0, shown: 1 })
  },
)

test(
  'a link of unknown speed is not told, which is said once, unless the operator gives it; its rates are known',
  { skip: needs('netns') },
  () => {
    const script = join(import.meta.dirname, 'fixtures/speed-run.ts')
    const seen = execFileSync('unshare', ['-Urn', process.execPath, script], { encoding: 'utf8', timeout: 30_000 })
    assert.deepEqual(JSON.parse(seen), {
      links: [['pe-1:ifb8', 62.5e6]],
      withoutCapacity: [['pe-1:ifb7', 0, 0]],
      lines: ['ifb7: speed unknown, so the link is not told; give --capacity ifb7=RATE'],
    })
  },
)
