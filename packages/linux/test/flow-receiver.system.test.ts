import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, test } from 'node:test'
import { defaultSlots, type FlowReceiver, type ReceivedRun, startFlowReceiver, UnavailableError } from '../src/index.ts'
import { libc, linux } from '../src/libc.ts'
import { socketAddressOf } from '../src/socket-address.ts'

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

const udpSegment = 103

/** One call of the sender, which the kernel takes for datagrams of `segment` octets (UDP_SEGMENT, udp(7)). */
function sendSegmented(port: number, octets: Uint8Array, segment: number): void {
  const c = libc()
  const fd = c.socket(linux.AF_INET, linux.SOCK_DGRAM, 0)
  const to = socketAddressOf('127.0.0.1', port).octets
  assert.equal(c.connect(fd, to, to.length), 0)
  assert.equal(c.setsockopt(fd, linux.IPPROTO_UDP, udpSegment, new Uint32Array([segment]), 4), 0)
  assert.equal(c.send(fd, octets, octets.length, 0), octets.length)
  c.close(fd)
}

interface Received {
  readonly octets: Uint8Array
  readonly address: string
  readonly port: number
}

/** The next run; waits for it, as its thread may take seconds to start on a busy machine. */
async function nextRun(receiver: FlowReceiver): Promise<ReceivedRun> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const run = receiver.datagrams.next()
    if (run !== undefined) return run
    assert.ok(performance.now() < deadline, 'nothing came')
    await receiver.readable(100)
  }
}

/** Uses up so many datagrams. */
async function take(receiver: FlowReceiver, count: number): Promise<readonly Received[]> {
  const received: Received[] = []
  while (received.length < count) {
    const { octets, at, end, each, source } = await nextRun(receiver)
    const address = Buffer.from(source.address).toString('hex')
    for (let start = at; start < end; start += each) {
      received.push({ octets: octets.slice(start, Math.min(start + each, end)), address, port: source.port })
    }
    receiver.datagrams.release()
  }
  return received
}

const filled = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => new Uint8Array(i + 1).fill(i))
const patterned = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 251)
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

describe('a flow receiver', () => {
  for (const [address, mapped] of [
    ['127.0.0.1', '00000000000000000000ffff7f000001'],
    ['::1', '00000000000000000000000000000001'],
  ] as const) {
    test(`hands over datagrams of ${address} in order, with address and port of their sender`, async () => {
      const receiver = start([address])
      const sent = filled(40)
      const ports = [await send(receiver.sockets[0]!, sent), await send(receiver.sockets[0]!, sent)]
      const received = await take(receiver, 80)
      assert.deepEqual(
        received,
        ports.flatMap((port) => sent.map((octets) => ({ octets, address: mapped, port }))),
      )
      assert.equal(receiver.datagrams.next(), undefined)
    })
  }

  test('goes round its ring, whatever is released at a time, and takes both families into one', async () => {
    const receiver = start(['127.0.0.1', '::1'])
    const { datagrams, sockets } = receiver
    let seen = 0
    for (let round = 0; round < 40; round++) {
      await send(sockets[round % 2]!, filled(7))
      // All of them, else a socket that is read first overtakes the rest of the other.
      for (let length = 1; length <= 7; length++) {
        const run = await nextRun(receiver)
        assert.equal(run.octets[run.at], length - 1)
        assert.equal(run.end - run.at, length)
        seen++
      }
      if (round % 3 === 0) datagrams.release()
    }
    assert.equal(seen, 280)
  })

  test('keeps datagrams whole, the longest that UDP has among short ones, in whatever slots they come', async () => {
    const receiver = start(['127.0.0.1'], { receiveBuffer: 1 << 24 })
    const lengths = [1, 2047, 2048, 2049, 4096, 4097, 9000, 65_507, 12, 1400]
    for (let round = 0; round < 30; round++) {
      // The short ones in front bring the thread back to reading many at once.
      const mixed = lengths.map((_, i) => lengths[(i * 3 + round * 7) % lengths.length]!)
      const sent = [...Array<number>(20).fill(100), ...mixed].map((length, i) => patterned(length, round + i))
      await send(receiver.sockets[0]!, sent)
      if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      const received = await take(receiver, sent.length)
      assert.deepEqual(
        received.map(({ octets }, i) => same(octets, sent[i]!)),
        sent.map(() => true),
        `round ${round}`,
      )
    }
  })

  test('takes apart what the kernel hands over as one: datagrams of one sender and length (UDP_GRO)', async () => {
    const receiver = start(['127.0.0.1'])
    const { port } = receiver.sockets[0]!
    const segment = 1000
    for (const length of [segment * 3, segment * 40 + 1, segment, 7]) {
      const sent = patterned(length, length)
      sendSegmented(port, sent, segment)
      const received = await take(receiver, Math.ceil(length / segment))
      assert.deepEqual(
        received.map(({ octets }) => octets.length),
        Array.from({ length: Math.ceil(length / segment) }, (_, i) => Math.min(segment, length - i * segment)),
      )
      assert.ok(same(Buffer.concat(received.map(({ octets }) => octets)), sent))
    }
  })

  test('stops reading while the ring is full; what the socket buffer cannot keep then, the kernel drops and counts', async () => {
    const receiver = start(['127.0.0.1'], { receiveBuffer: 65_536 })
    const [socket] = receiver.sockets
    await send(socket!, [new Uint8Array(1)])
    await take(receiver, 1)
    const sent = 500
    await send(
      socket!,
      Array.from({ length: sent }, () => new Uint8Array(1400)),
    )
    let received = 0
    while (received + socket!.dropped() < sent) received += (await take(receiver, 1)).length
    assert.ok(received < sent)
    assert.equal(received + socket!.dropped(), sent)
  })

  test('returns after its time-out where nothing came, and lets the event loop go on meanwhile', async () => {
    const receiver = start(['127.0.0.1'], { slots: defaultSlots })
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    await receiver.readable(100)
    clearInterval(timer)
    assert.ok(turns > 0) // on a busy machine few
    assert.equal(receiver.datagrams.next(), undefined)
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
