import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import type { PathFigures } from '../src/lines/path-watch.ts'

test(
  'probes take as long as packets do, not as long as a busy agent takes to read them',
  { skip: needs('netns') },
  () => {
    const script = join(import.meta.dirname, 'fixtures/busy-probe.ts')
    const output = execFileSync('unshare', ['-Urn', process.execPath, script], { encoding: 'utf8', timeout: 60_000 })
    const { byKernel, byProcess } = JSON.parse(output) as {
      readonly byKernel: PathFigures
      readonly byProcess: number
    }
    assert.ok(byKernel.sent > 10 && byKernel.lost === 0, output)
    assert.ok(byKernel.p50! * 5 < byProcess, output) // not the longest: a busy machine holds single packets up
  },
)
