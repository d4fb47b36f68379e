import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needs } from '../../../scripts/needs.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-full-'))
after(() => rmSync(root, { recursive: true }))

test('log, store and control state report and survive a full disk', { skip: needs('netns') }, () => {
  const script = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1"'
  const child = fileURLToPath(new URL('./disk-full-child.ts', import.meta.url))
  // Throws with the child's output when one of its assertions fails.
  execFileSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', root, process.execPath, child], {
    stdio: 'pipe',
    timeout: 60_000,
  })
})
