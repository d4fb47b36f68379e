import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { startFlowIntake } from '../src/flow-intake.ts'

/** An IPFIX message (RFC 7011 §3.1) with these sets, each of an id and a body. */
function message(...sets: readonly (readonly [id: number, body: Buffer])[]): Buffer {
  const body = Buffer.concat(sets.flatMap(([id, octets]) => [words(id, octets.length + 4), octets]))
  const header = Buffer.alloc(16)
  header.writeUint16BE(10, 0)
  header.writeUint16BE(16 + body.length, 2)
  header.writeUint32BE(Math.floor(Date.now() / 1000), 4)
  return Buffer.concat([header, body])
}
const words = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => word(value)))
function word(value: number): Buffer {
  const octets = Buffer.alloc(2)
  octets.writeUint16BE(value)
  return octets
}

test('takes two exporters of one host for two, each with templates of its own', async () => {
  const volumes: number[] = []
  const done = Promise.withResolvers<void>()
  const intake = await startFlowIntake({ address: '127.0.0.1', port: 0 }, (block) => {
    for (let row = 0; row < block.length; row++) volumes.push(block.octets[row * 2]!)
    done.resolve()
  })
  const senders = [createSocket('udp4'), createSocket('udp4')] as const
  const send = (from: 0 | 1, datagram: Buffer): Promise<unknown> =>
    new Promise((resolve) => senders[from].send(datagram, intake.port, '127.0.0.1', resolve))
  // octetDeltaCount (1) of four octets with one, packetDeltaCount (2) before it with the other
  await send(0, message([2, words(256, 1, 1, 4)]))
  await send(1, message([2, words(256, 2, 2, 4, 1, 4)]))
  await send(0, message([256, words(0, 100, 0, 200)]))
  await done.promise
  assert.deepEqual(volumes, [100, 200])
  for (const sender of senders) sender.close()
  intake.close()
})

test('goes on after a datagram from a link-local address, which has a zone', { skip: needs('netns') }, () => {
  const child = join(import.meta.dirname, 'fixtures/link-local-intake.ts')
  const script = `ip link add left type veth peer name right && ip link set left up && ip link set right up
    ip addr add fe80::77/64 dev left nodad && ip link set lo up && exec "$1" "$2" fe80::77 left`
  const output = execFileSync('unshare', ['-Urn', 'sh', '-ec', script, 'sh', process.execPath, child], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  assert.equal(output.trim(), 'fe80::77')
})

test('says what is wrong with an address that it cannot listen at', async () => {
  const first = await startFlowIntake({ address: '127.0.0.1', port: 0 }, () => undefined)
  await assert.rejects(
    startFlowIntake({ address: '127.0.0.1', port: first.port }, () => undefined),
    { name: 'UnavailableError', code: 'in-use' },
  )
  first.close()
})
