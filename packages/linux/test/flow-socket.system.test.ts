import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { type FlowSocket, openFlowSocket, readableOf, slotOctets, UnavailableError } from '../src/index.ts'

/** Sends each datagram from a socket of its own family and returns the port it came from. */
async function send(to: FlowSocket, datagrams: readonly Uint8Array[]): Promise<number> {
  const sender = createSocket(to.address.includes(':') ? 'udp6' : 'udp4')
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) =>
      sender.send(datagram, to.port, to.address, (error) => (error ? reject(error) : resolve())),
    )
  }
  const { port } = sender.address()
  sender.close()
  await once(sender, 'close')
  return port
}

const open = (address: string, more: { batch?: number; receiveBuffer?: number } = {}): FlowSocket =>
  openFlowSocket({ address, port: 0, receiveBuffer: 1 << 20, ...more })

describe('a flow socket', () => {
  for (const [address, mapped] of [
    ['127.0.0.1', '00000000000000000000ffff7f000001'],
    ['::1', '00000000000000000000000000000001'],
  ] as const) {
    test(`hands over datagrams of ${address} in order, with address and port of their sender`, async () => {
      const socket = open(address, { batch: 8 })
      const port = await send(
        socket,
        Array.from({ length: 20 }, (_, i) => new Uint8Array(i + 1).fill(i)),
      )
      const lengths: number[] = []
      for (let count = socket.receive('wait'); count > 0; count = socket.receive('poll')) {
        assert.ok(count <= 8)
        for (let slot = 0; slot < count; slot++) {
          const datagram = socket.batch.datagram(slot)
          assert.ok(datagram.every((octet) => octet === datagram.length - 1))
          assert.equal(Buffer.from(socket.batch.sourceAddress(slot)).toString('hex'), mapped)
          assert.equal(socket.batch.sourcePort(slot), port)
          assert.equal(socket.batch.truncated(slot), false)
          lengths.push(datagram.length)
        }
      }
      assert.deepEqual(
        lengths,
        Array.from({ length: 20 }, (_, i) => i + 1),
      )
      socket.close()
    })
  }

  test('cuts a datagram that is longer than a slot, and says so', async () => {
    const socket = open('127.0.0.1')
    await send(socket, [new Uint8Array(slotOctets + 1), new Uint8Array(slotOctets)])
    assert.equal(socket.receive('wait'), 2)
    assert.deepEqual([socket.batch.truncated(0), socket.batch.truncated(1)], [true, false])
    assert.equal(socket.batch.datagram(0).length, slotOctets)
    socket.close()
  })

  test('counts what the kernel dropped because the buffer was full', async () => {
    const socket = open('127.0.0.1', { receiveBuffer: 65_536 })
    const sent = 500
    await send(
      socket,
      Array.from({ length: sent }, () => new Uint8Array(1400)),
    )
    let received = 0
    for (let count = socket.receive('poll'); count > 0; count = socket.receive('poll')) received += count
    assert.ok(received < sent)
    assert.equal(received + socket.dropped(), sent)
    socket.close()
  })

  test('returns nothing after its time-out, so that its thread can stop', () => {
    const socket = openFlowSocket({ address: '127.0.0.1', port: 0, receiveBuffer: 1 << 16, timeout: 20 })
    assert.equal(socket.receive('wait'), 0)
    socket.close()
    assert.throws(() => socket.receive('poll'), { name: 'UnavailableError', code: 'refused' })
  })

  test('shares its port with another one when both ask for it, else the second is refused', () => {
    const shared = { address: '127.0.0.1', receiveBuffer: 1 << 16, sharing: 'reuse-port' } as const
    const first = openFlowSocket({ ...shared, port: 0 })
    openFlowSocket({ ...shared, port: first.port }).close()
    assert.throws(
      () => openFlowSocket({ address: '127.0.0.1', port: first.port, receiveBuffer: 1 << 16 }),
      (error) => error instanceof UnavailableError && error.code === 'in-use',
    )
    first.close()
  })

  test('refuses an address that this machine does not have, and a text that is no address', () => {
    assert.throws(() => open('192.0.2.1'), { name: 'UnavailableError', code: 'address' })
    assert.throws(() => open('localhost'), { name: 'UnavailableError', code: 'address' })
  })
})

test('waiting for several sockets ends when one of them has something, and the event loop goes on meanwhile', async () => {
  const sockets = [open('127.0.0.1'), open('::1')]
  const readable = readableOf(sockets)
  assert.equal(await readable(10), 'timeout')
  const waiting = readable(10_000)
  await send(sockets[1]!, [new Uint8Array(1)])
  assert.equal(await waiting, 'readable')
  assert.deepEqual(
    sockets.map((socket) => socket.receive('poll')),
    [0, 1],
  )
  for (const socket of sockets) socket.close()
})
