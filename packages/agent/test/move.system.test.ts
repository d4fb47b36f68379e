import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test(
  'an announced move leaves every path of the old network, called by a name of its own; the peer hears of it beforehand, and nothing is lost',
  { skip: needs('netns') },
  () => {
    const child = ['-Urn', process.execPath, join(import.meta.dirname, 'move-child.ts')]
    const outcome = JSON.parse(execFileSync('unshare', child, { encoding: 'utf8', timeout: 30_000 })) as object
    assert.deepEqual(outcome, {
      before: ['10.1.0.1', '10.2.0.1', '10.3.0.1'],
      after: ['10.2.0.1', '10.3.0.1'],
      inOrder: true,
      told: true,
      meanwhile: [
        ['us', 'wwan', true],
        ['peer', 'wwan', true],
      ],
      isOver: true,
    })
  },
)
