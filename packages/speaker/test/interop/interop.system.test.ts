import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { needs, type ToolName } from '../../../../scripts/needs.ts'

const run = promisify(execFile)

/** Two namespaces and a wire; FRR wants its group, which a user namespace cannot have otherwise. */
const setUp = `
unshare -n sleep 600 & PEER=$!
while [ "$(readlink /proc/$PEER/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
ip link add ours type veth peer name theirs netns $PEER
ip link set lo up; ip link set ours up
for last in 1 3; do ip addr add 10.9.0.$last/24 dev ours; ip -6 addr add fd00:9::$last/64 dev ours nodad; done
nsenter -t $PEER -n sh -ec 'ip link set lo up; ip link set theirs up
  ip addr add 10.9.0.2/24 dev theirs; ip -6 addr add fd00:9::2/64 dev theirs nodad'
printf 'root:x:0:root\\nfrr:x:0:root\\nfrrvty:x:0:root\\n' > "$2/group"
mount --bind "$2/group" /etc/group
mkdir -p /run/openbgpd 2> /dev/null || true # Debian makes it with the service
PEER=$PEER exec "$NODE" "$CHILD" "$1" "$2"`

interface Feature {
  readonly label: string
  readonly problem?: string
  readonly ms: number
}

const daemons = ['frr', 'bird', 'gobgp', 'openbgpd', 'exabgp'] as const satisfies readonly ToolName[]
const isRoot = process.getuid?.() === 0
const userNamespace = isRoot ? [] : ['-Ur']
/** It changes to users of its own, which a user namespace has not. */
const reason = (daemon: ToolName): string | false =>
  daemon === 'openbgpd' && !isRoot ? 'OpenBGPD needs root' : needs('netns', daemon)

// Each in namespaces of its own; they wait for timers more than they compute.
describe('speakers that others wrote', { concurrency: 2 }, () => {
  for (const daemon of daemons) {
    describe(`${daemon} as peer`, { skip: reason(daemon) }, () => {
      test('every feature that both have', async (t) => {
        const folder = mkdtempSync(join(tmpdir(), `vagus-${daemon}-`))
        try {
          const { stdout } = await run(
            'unshare',
            [...userNamespace, '-nmpf', '--kill-child', '--mount-proc', 'sh', '-ec', setUp, 'sh', daemon, folder],
            {
              env: { ...process.env, NODE: process.execPath, CHILD: join(import.meta.dirname, 'interop-child.ts') },
              timeout: 120_000,
            },
          )
          const features = stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Feature)
          assert.ok(features.length >= 6, stdout)
          for (const { label, problem } of features) await t.test(label, () => assert.equal(problem, undefined))
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      })
    })
  }
})
