import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

test(
  'a capture sees what goes over the loopback both ways; when it is closed neither its socket nor its ring is left',
  { skip: needs('netns') },
  () => {
    const script = `exec unshare -Urn sh -ec 'ip link set lo up; exec "$NODE" --input-type=module -e "$PROGRAM"'`
    const program = `import { createSocket } from 'node:dgram'
    import { once } from 'node:events'
    import { readFileSync } from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { openCaptureSocket } from '@vagus/linux'
    const held = () => [
      readFileSync('/proc/self/net/packet', 'utf8').trim().split('\\n').length - 1,
      readFileSync('/proc/self/maps', 'utf8').match(/socket:\\[/g)?.length ?? 0,
    ]
    const before = held()
    const capture = openCaptureSocket('/proc/thread-self/ns/net')
    const open = held()
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    socket.send('told twice', socket.address().port, '127.0.0.1')
    const ways = new Set()
    for (const end = Date.now() + 30_000; ways.size < 2 && Date.now() < end; await sleep(20))
      capture.read(({ octets, direction }) => Buffer.from(octets).includes('told twice') && ways.add(direction))
    socket.close()
    capture.close()
    console.log(JSON.stringify({ ways: [...ways].sort(), before, open, after: held() }))`
    const output = execFileSync('sh', ['-c', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE: process.execPath, PROGRAM: program },
      encoding: 'utf8',
    })
    assert.deepEqual(JSON.parse(output), { ways: ['in', 'out'], before: [0, 0], open: [1, 1], after: [0, 0] })
  },
)
