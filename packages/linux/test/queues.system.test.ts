import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test('a shaper tells its rate and what it dropped, as tc shows it', { skip: needs('netns') }, () => {
  const script = `exec unshare -Urn sh -ec '
    ip link add name left type veth peer name right && ip link set dev left up && ip link set dev right up
    tc qdisc add dev left root tbf rate 1mbit burst 2000 limit 4000
    ip addr add 192.0.2.1/31 dev left && ip neigh add 192.0.2.0 lladdr 02:00:00:00:00:01 dev left
    "$NODE" --input-type=module -e "$PROGRAM"; tc -s -j qdisc show dev left'`
  const program = `import { createSocket } from 'node:dgram'
    import { readQueues } from '@vagus/linux'
    const socket = createSocket('udp4')
    for (let count = 0; count < 50; count++)
      await new Promise((resolve) => socket.send(Buffer.alloc(1000), 9, '192.0.2.0', resolve))
    socket.close()
    console.log(JSON.stringify(readQueues().filter(({ kind }) => kind === 'tbf')))`
  const output = execFileSync('sh', ['-c', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    encoding: 'utf8',
  })
  const [ours, theirs] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>[])
  assert.equal(ours![0]!['rate'], 125_000)
  assert.ok(Number(ours![0]!['drops']) > 0)
  assert.equal(ours![0]!['drops'], theirs![0]!['drops'])
})
