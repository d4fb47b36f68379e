import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

/** What `uplinks-child.ts` prints. */
interface Outcome {
  readonly isOver: boolean
  readonly count: number
  readonly longest: number
  readonly stalled: number
}

for (const routes of ['by source', 'by metric']) {
  test(
    `an exchange goes on by the second uplink within two seconds when the first dies without a word, bridges of containers notwithstanding, with routes ${routes}`,
    { skip: needs('netns') },
    () => {
      const child = ['-Urn', process.execPath, join(import.meta.dirname, 'uplinks-child.ts'), routes]
      const text = execFileSync('unshare', child, { encoding: 'utf8', timeout: 90_000 })
      const { isOver, count, longest, stalled } = JSON.parse(text) as Outcome
      assert.deepEqual([isOver, count], [true, 150])
      assert.ok(longest < 2000 + stalled, `${longest} ms without a message, ${stalled} of them without a processor`)
    },
  )
}
