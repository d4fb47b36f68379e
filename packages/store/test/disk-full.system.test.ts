import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needs } from '../../../scripts/needs.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-full-'))
after(() => rmSync(root, { recursive: true }))

test('a full disk is reported and survived by log, store and control state', { skip: needs('netns') }, () => {
  const script = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1"'
  const child = fileURLToPath(new URL('./disk-full-child.ts', import.meta.url))
  // Throws with what the child wrote when an assertion in it fails.
  execFileSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', root, process.execPath, child], {
    stdio: 'pipe',
    timeout: 60_000,
  })
})
