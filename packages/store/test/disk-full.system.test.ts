import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-full-'))
after(() => rmSync(root, { recursive: true }))

test('a full disk is reported and survived by log, store and control state', { skip: needs('netns') }, () => {
  const script = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1"'
  const child = join(import.meta.dirname, 'disk-full-child.ts')
  const { status, stderr } = spawnSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', root, process.execPath, child], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
})
