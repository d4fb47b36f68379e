import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { openRawSocket } from '../src/index.ts'

test(
  'a packet arrives as it was sent, in the name of a host that is not this one too, and one without a route is refused',
  { skip: needs('netns') },
  () => {
    const script = `exec unshare -Urn sh -ec 'ip link set dev lo up; "$NODE" --input-type=module -e "$PROGRAM"'`
    const program = `import { createSocket } from 'node:dgram'
    import { openRawSocket } from '@vagus/linux'
    const server = createSocket('udp4')
    const heard = []
    await new Promise((resolve) => server.bind(9, '127.0.0.3', resolve))
    server.on('message', (octets, { address, port }) => heard.push([octets.toString(), address, port]))
    const datagram = Uint8Array.of(0, 7, 0, 9, 0, 10, 0, 0, 104, 105) // from port 7 to 9, without a checksum
    const own = openRawSocket({ protocol: 'udp', source: '127.0.0.2', destination: '127.0.0.3', sender: 'own' })
    const forged = openRawSocket({ protocol: 'udp', source: '192.0.2.1', destination: '127.0.0.3', sender: 'any' })
    const sent = [own.send(datagram), forged.send(datagram)]
    server.send('back', 7, '127.0.0.2')
    for (let turn = 0; turn < 100 && heard.length < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 10))
    const back = own.receive()
    let unreachable
    try { openRawSocket({ protocol: 'tcp', source: '127.0.0.2', destination: '198.51.100.1', sender: 'own' }) } catch ({ code }) { unreachable = code }
    console.log(JSON.stringify({ sent, heard, back: Buffer.from(back.subarray(28)).toString(), unreachable }))
    process.exit(0)`
    const output = execFileSync('sh', ['-c', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE: process.execPath, PROGRAM: program },
      encoding: 'utf8',
    })
    assert.deepEqual(JSON.parse(output), {
      sent: [true, true],
      heard: [
        ['hi', '127.0.0.2', 7],
        ['hi', '192.0.2.1', 7],
      ],
      back: 'back',
      unreachable: 'refused',
    })
  },
)

test('an IPv6 address is refused', () => {
  const options = { protocol: 'udp', source: '127.0.0.1', destination: '::1', sender: 'own' } as const
  assert.throws(() => openRawSocket(options), { code: 'address' })
})
