import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test(
  'a message of a handshake arrives where a path of IPv4 is narrower, and nobody says so',
  { skip: needs('netns', 'nft') },
  () => {
    const child = ['-Urn', process.execPath, join(import.meta.dirname, 'fragments-child.ts'), 'router']
    const text = execFileSync('unshare', child, { encoding: 'utf8', timeout: 30_000 })
    assert.equal(text, '1344')
  },
)
