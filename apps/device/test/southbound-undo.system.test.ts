import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

interface Run {
  readonly commits: number
  /** Of which something came. */
  readonly changes: number
  readonly failed: readonly object[]
}

/** FRR wants its group, which a user namespace cannot have otherwise. */
const setUp = `ip link set lo up
ip link add eth1 type veth peer name peer1; ip link set eth1 up; ip link set peer1 up
ip addr add 10.0.1.1/24 dev eth1; ip addr add 10.0.0.1/32 dev lo
printf 'root:x:0:root\\nfrr:x:0:root\\nfrrvty:x:0:root\\n' > "$2/group"
mount --bind "$2/group" /etc/group
exec "$NODE" "$1" "$2" "$3" "$4"`

test(
  'FRR has exactly what it had before, whatever lines came and were taken back',
  { skip: needs('netns', 'frr') },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-southbound-'))
    try {
      const script = join(import.meta.dirname, 'fixtures/southbound-undo.ts')
      const output = execFileSync('unshare', ['-Urnm', 'sh', '-ec', setUp, 'sh', script, folder, '40', '7'], {
        encoding: 'utf8',
        timeout: 240_000,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, NODE: process.execPath },
      })
      const run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
      assert.deepEqual(run.failed, [])
      assert.ok(run.changes > run.commits / 2)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
