import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, test } from 'node:test'
import { defaultSlots, type FlowReceiver, longestDatagram, startFlowReceiver, UnavailableError } from '../src/index.ts'

const running: FlowReceiver[] = []
afterEach(async () => {
  for (const receiver of running.splice(0)) await receiver.stop()
})

function start(addresses: readonly string[], { slots = 64, receiveBuffer = 1 << 20 } = {}): FlowReceiver {
  const receiver = startFlowReceiver(
    addresses.map((address) => ({ address, port: 0, receiveBuffer })),
    slots,
  )
  running.push(receiver)
  return receiver
}

/** Sends each datagram from a socket of its own family and returns the port it came from. */
async function send(to: { address: string; port: number }, datagrams: readonly Uint8Array[]): Promise<number> {
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

/** Waits until so many datagrams wait, or what waits no longer grows. */
async function waitFor(receiver: FlowReceiver, count: number): Promise<number> {
  for (let before = -1; receiver.datagrams.waiting() < count;) {
    if (receiver.datagrams.waiting() === before) break
    before = receiver.datagrams.waiting()
    await receiver.readable(2000)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  return receiver.datagrams.waiting()
}

const filled = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => new Uint8Array(i + 1).fill(i))

describe('a flow receiver', () => {
  for (const [address, mapped] of [
    ['127.0.0.1', '00000000000000000000ffff7f000001'],
    ['::1', '00000000000000000000000000000001'],
  ] as const) {
    test(`hands over datagrams of ${address} in order, with address and port of their sender`, async () => {
      const receiver = start([address])
      const { datagrams } = receiver
      const port = await send(receiver.sockets[0]!, filled(40))
      assert.equal(await waitFor(receiver, 40), 40)
      for (let index = 0; index < 40; index++) {
        const datagram = datagrams.datagram(index)
        assert.equal(datagram.length, index + 1)
        assert.ok(datagram.every((octet) => octet === index))
        assert.equal(Buffer.from(datagrams.sourceAddress(index)).toString('hex'), mapped)
        assert.equal(datagrams.sourcePort(index), port)
        assert.equal(datagrams.truncated(index), false)
      }
      datagrams.release(40)
      assert.equal(datagrams.waiting(), 0)
    })
  }

  test('goes round its ring, whatever is released at a time, and takes both families into one', async () => {
    const receiver = start(['127.0.0.1', '::1'], { slots: 32 })
    const { datagrams, sockets } = receiver
    let seen = 0
    for (let round = 0; round < 20; round++) {
      await send(sockets[round % 2]!, filled(7))
      // All of them, else a socket that is read first overtakes the rest of the other.
      const waiting = await waitFor(receiver, 7 * (round + 1) - seen)
      const count = round % 5 === 4 ? waiting : Math.min(waiting, 6)
      for (let index = 0; index < count; index++) {
        const octets = datagrams.datagram(index)
        assert.equal(octets[0], seen % 7)
        assert.equal(octets.length, (seen++ % 7) + 1)
      }
      datagrams.release(count)
    }
    assert.equal(seen, 140)
  })

  test('keeps a jumbo frame whole, cuts what is longer, and says so', async () => {
    const receiver = start(['127.0.0.1'])
    const octets = Uint8Array.from({ length: longestDatagram + 1 }, (_, i) => i % 251)
    await send(receiver.sockets[0]!, [octets, octets.subarray(0, longestDatagram), octets.subarray(0, 2048)])
    assert.equal(await waitFor(receiver, 3), 3)
    const { datagrams } = receiver
    assert.deepEqual(
      [0, 1, 2].map((index) => datagrams.truncated(index)),
      [true, false, false],
    )
    for (const [index, length] of [longestDatagram, longestDatagram, 2048].entries()) {
      assert.deepEqual(datagrams.datagram(index), octets.subarray(0, length))
    }
  })

  test('stops reading while the ring is full; what the socket buffer cannot keep then, the kernel drops and counts', async () => {
    const receiver = start(['127.0.0.1'], { slots: 16, receiveBuffer: 65_536 })
    const { datagrams, sockets } = receiver
    const sent = 500
    await send(
      sockets[0]!,
      Array.from({ length: sent }, () => new Uint8Array(1400)),
    )
    let received = 0
    for (let count = await waitFor(receiver, 16); count > 0; count = await waitFor(receiver, 16)) {
      assert.ok(count <= 16)
      received += count
      datagrams.release(count)
      if (received + sockets[0]!.dropped() === sent) break
    }
    assert.ok(received < sent)
    assert.equal(received + sockets[0]!.dropped(), sent)
  })

  test('returns after its time-out where nothing came, and lets the event loop go on meanwhile', async () => {
    const receiver = start(['127.0.0.1'], { slots: defaultSlots })
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    await receiver.readable(100)
    clearInterval(timer)
    assert.ok(turns > 3)
    assert.equal(receiver.datagrams.waiting(), 0)
  })

  test('refuses a port that is taken, an address that this machine does not have, and a text that is none', () => {
    const { port } = start(['127.0.0.1']).sockets[0]!
    const options = { address: '127.0.0.1', port, receiveBuffer: 1 << 16 }
    assert.throws(
      () => startFlowReceiver([options]),
      (error) => error instanceof UnavailableError && error.code === 'in-use',
    )
    assert.throws(() => start(['192.0.2.1']), { name: 'UnavailableError', code: 'address' })
    assert.throws(() => start(['localhost']), { name: 'UnavailableError', code: 'address' })
  })
})
