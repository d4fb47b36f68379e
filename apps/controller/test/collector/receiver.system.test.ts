import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { describe, test } from 'node:test'
import type { OnDatagrams, OnIdle, Receiver } from '../../src/collector/datagrams.ts'
import { openDgramReceiver } from '../../src/collector/dgram-receiver.ts'
import { startReceiver } from '../../src/collector/receiver.ts'
import type { UdpEndpoint } from '../../src/config/endpoint.ts'

type Open = (listen: readonly UdpEndpoint[], onDatagrams: OnDatagrams, onIdle?: OnIdle) => Promise<Receiver>
const nothing: OnIdle = () => 'empty'
const ways: readonly { readonly kind: Receiver['kind']; readonly open: Open }[] = [
  {
    kind: 'recvmmsg',
    open: (listen, onDatagrams, onIdle = nothing) => startReceiver(listen, 1 << 20, onDatagrams, onIdle),
  },
  {
    kind: 'dgram',
    open: (listen, onDatagrams, onIdle = nothing) => openDgramReceiver(listen, 1 << 20, onDatagrams, onIdle, 'a test'),
  },
]
const both = [
  { address: '127.0.0.1', port: 0 },
  { address: '::1', port: 0 },
]

for (const { kind, open } of ways) {
  describe(`receiving by ${kind}`, () => {
    test('hands over datagrams of both IP versions, each with its source', async () => {
      const found: string[] = []
      const done = Promise.withResolvers<void>()
      const receiver = await open(both, ({ octets, at, end }, { address, port }, now) => {
        assert.ok(port > 0 && Math.abs(now - Date.now()) < 60_000)
        found.push(`${Buffer.from(octets.subarray(at, end)).toString()} ${Buffer.from(address).toString('hex')}`)
        if (found.length === 2) done.resolve()
      })
      assert.equal(receiver.kind, kind)
      const senders = [createSocket('udp4'), createSocket('udp6')]
      for (const [index, { address, port }] of receiver.endpoints.entries())
        senders[index]!.send(`to ${address}`, port, address)
      await done.promise
      assert.deepEqual(found.sort(), [
        'to 127.0.0.1 00000000000000000000ffff7f000001',
        'to ::1 00000000000000000000000000000001',
      ])
      for (const sender of senders) sender.close()
      await receiver.stop()
    })

    test('does what can wait also when no datagram ever comes, until it says that there is no more', async () => {
      let left = 5
      const done = Promise.withResolvers<void>()
      const receiver = await open(
        both,
        () => undefined,
        () => {
          if (left === 0) done.resolve()
          return left-- > 0 ? 'done' : 'empty'
        },
      )
      await done.promise
      await receiver.stop()
    })

    test('refuses an address that is taken, and leaves no socket of the others', async () => {
      const first = await open([both[0]!], () => undefined)
      await assert.rejects(
        open([both[1]!, first.endpoints[0]!], () => undefined),
        { name: 'UnavailableError', code: 'in-use' },
      )
      await first.stop()
      await (await open([first.endpoints[0]!], () => undefined)).stop()
    })
  })
}
