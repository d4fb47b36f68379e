import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { openFrameSocket } from '../src/index.ts'

test(
  'a frame that is sent by one end of a link comes out at the other as it was, once',
  { skip: needs('netns') },
  () => {
    const script = `exec unshare -Urn sh -ec '
    ip link add name left type veth peer name right
    for end in left right; do echo 1 > /proc/sys/net/ipv6/conf/$end/disable_ipv6; ip link set dev $end up; done
    "$NODE" --input-type=module -e "$PROGRAM"'`
    const program = `import { frameHeaderOctets, openFrameSocket, waitForSockets } from '@vagus/linux'
    const [left, right] = [openFrameSocket('left'), openFrameSocket('right')]
    const frame = new Uint8Array(frameHeaderOctets + 100).fill(7, frameHeaderOctets)
    const sent = left.send(frame)
    waitForSockets([right.fd])(1000)
    const received = Buffer.from(right.receive()).equals(Buffer.from(frame))
    const started = performance.now()
    waitForSockets([left.fd, right.fd])(20.5)
    const waited = performance.now() - started >= 20
    console.log(JSON.stringify({ sent, received, waited, echo: left.receive() ?? null }))`
    const output = execFileSync('sh', ['-c', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE: process.execPath, PROGRAM: program },
      encoding: 'utf8',
    })
    assert.deepEqual(JSON.parse(output), {
      sent: true,
      received: true,
      waited: true,
      echo: null,
    })
  },
)

test('an interface that is not there is refused by name', () => {
  assert.throws(() => openFrameSocket('no-such'), { code: 'address', message: 'there is no interface "no-such"' })
})
