import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { openEchoSocket } from '../src/index.ts'

test(
  'each request gets its own reply, with the time at which it came back; those of another socket are not taken for it',
  { skip: needs('netns') },
  () => {
    const script = `exec unshare -Urn sh -ec 'ip link set dev lo up; "$NODE" --input-type=module -e "$PROGRAM"'`
    const program = `import { openEchoSocket, waitForSockets } from '@vagus/linux'
    const open = (identifier, octets) => openEchoSocket({ source: '127.0.0.2', destination: '127.0.0.3', octets, identifier })
    const [one, other] = [open(7, 33), open(8, 1200)]
    const began = performance.timeOrigin + performance.now()
    const sent = [one.send(0), other.send(70000), one.send(4294967295)]
    waitForSockets([one.fd])(1000)
    const replies = [one.receive(), one.receive(), one.receive(), other.receive(), other.receive()]
    const ended = performance.timeOrigin + performance.now()
    const times = replies.flatMap((reply) => (reply ? [reply.at] : []))
    const inTime = times.every((at) => at >= began - 1 && at <= ended + 1)
    console.log(JSON.stringify({ sent, replies: replies.map((reply) => reply?.sequence ?? null), inTime }))`
    const output = execFileSync('sh', ['-c', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE: process.execPath, PROGRAM: program },
      encoding: 'utf8',
    })
    assert.deepEqual(JSON.parse(output), {
      sent: [true, true, true],
      replies: [0, 4_294_967_295, null, 70_000, null],
      inTime: true,
    })
  },
)

test('what no echo can be is refused with what would be right', () => {
  const options = { source: '127.0.0.1', destination: '127.0.0.1', identifier: 1 }
  assert.throws(() => openEchoSocket({ ...options, octets: 31 }), /32\.\.1500 octets, not 31/)
  assert.throws(() => openEchoSocket({ ...options, octets: 64, destination: '::1' }), { code: 'address' })
})
