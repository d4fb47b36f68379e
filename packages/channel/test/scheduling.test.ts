import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DatagramQueue, type QueuedDatagram } from '../src/session/datagram-queue.ts'
import { collect, feed } from './collect.ts'
import { VirtualNetwork } from './virtual-network.ts'

/** How long a control message of 100 octets takes while bulk fills a link of 50 Mbit/s with a deep queue: the p99, ms. */
function controlDelay(kinds: readonly ('datagram' | 'stream')[]): { p99: number; bulk: number } {
  const shared = { rate: 6250, queue: 4 << 20 }
  const network = new VirtualNetwork(1, { delay: 10, kind: kinds[0]!, ...shared })
  network.run(50)
  for (const kind of kinds.slice(1)) {
    const link = network.link({ delay: 10, kind, ...shared })
    // One access link for both: what waits for one waits for the other.
    Object.assign(link, { freeAt: network.links[0]!.freeAt })
    network.sessions.a.addPath(link.routes.a, network.now)
  }
  network.run(200)
  const bulk = network.sessions.a.openStream({ class: 'bulk' })!
  const control = network.sessions.a.openStream({ class: 'control' })!
  const sentAt: number[] = []
  const delays: number[] = []
  let bulkOctets = 0
  network.heard.b = (event) => {
    if (event.type !== 'readable') return
    for (let read; (read = network.sessions.b.read(event.stream)) instanceof Uint8Array;) {
      if (event.stream === bulk) bulkOctets += read.length
      else for (let count = read.length / 100; count > 0; count--) delays.push(network.now - sentAt.shift()!)
    }
  }
  const block = new Uint8Array(65_536)
  for (let at = 500; at < 1_500; at += 10) {
    network.at(network.now + at, () => {
      sentAt.push(network.now)
      network.sessions.a.write(control, new Uint8Array(100), 'more')
    })
  }
  network.run(1_700, () => {
    while (network.sessions.a.write(bulk, block, 'more') === block.length);
  })
  delays.sort((a, b) => a - b)
  assert.equal(delays.length, 100)
  return { p99: delays[98]!, bulk: bulkOctets / 1.7 / 6_250_000 }
}

describe('classes', () => {
  for (const kinds of [['datagram'], ['stream'], ['datagram', 'stream']] as const) {
    test(`a control message is not held up by bulk on ${kinds.join(' and ')}, and bulk fills the link`, () => {
      const { p99, bulk } = controlDelay(kinds)
      assert.ok(bulk > 0.75, `bulk has ${bulk} of the link`)
      assert.ok(p99 < 10 + 20, `p99 ${p99} ms, the link alone takes 10`)
    })
  }

  test('bulk rides the reliable path that costs no more, everything else the one in use', () => {
    const network = new VirtualNetwork(2, { delay: 5 })
    network.run(50)
    const tcp = network.link({ delay: 5, kind: 'stream' })
    network.sessions.a.addPath(tcp.routes.a, network.now)
    network.run(100)
    const before = network.links.map(({ octets }) => octets)
    const got = collect(network, 'b')
    const bulk = network.sessions.a.openStream({ class: 'bulk' })!
    const call = network.sessions.a.openStream({ class: 'call' })!
    const writes = [feed(network, 'a', bulk, new Uint8Array(300_000)), feed(network, 'a', call, new Uint8Array(50_000))]
    network.run(2_000, () => writes.forEach((write) => write()))
    assert.ok(got.get(bulk)?.isAtEnd === true && got.get(call)?.isAtEnd === true)
    const [udp, record] = network.links.map(({ octets }, index) => octets - before[index]!)
    assert.ok(record! > 300_000 && record! < 330_000, `${record} octets over TCP`)
    assert.ok(udp! > 50_000 && udp! < 70_000, `${udp} octets over UDP`)
  })

  test('the lowest class is not starved by the highest', () => {
    const network = new VirtualNetwork(3, { delay: 5, rate: 500, queue: 20_000 })
    const got = collect(network, 'b')
    const busy = network.sessions.a.openStream({ class: 'safety' })!
    const low = network.sessions.a.openStream({ class: 'bulk' })!
    const writes = [feed(network, 'a', busy, new Uint8Array(900_000)), feed(network, 'a', low, new Uint8Array(20_000))]
    network.run(1_500, () => writes.forEach((write) => write()))
    assert.equal(got.get(low)?.isAtEnd, true)
    assert.equal(got.get(busy)?.isAtEnd, false)
  })
})

describe('deadlines', () => {
  test('of two streams of a class the one that is due first is sent first', () => {
    const network = new VirtualNetwork(4, { delay: 5, rate: 500, queue: 50_000 })
    network.run(50)
    const got = collect(network, 'b')
    const later = network.sessions.a.openStream({ class: 'call', deadline: network.now + 10_000 })!
    const sooner = network.sessions.a.openStream({ class: 'call', deadline: network.now + 500 })!
    const writes = [
      feed(network, 'a', later, new Uint8Array(60_000)),
      feed(network, 'a', sooner, new Uint8Array(60_000)),
    ]
    network.run(10, () => writes.forEach((write) => write()))
    for (let ms = 0; ms < 1_000 && got.get(sooner)?.isAtEnd !== true; ms++)
      network.run(1, () => writes.forEach((w) => w()))
    assert.equal(got.get(sooner)?.isAtEnd, true)
    assert.ok((got.get(later)?.octets.length ?? 0) < 60_000)
    const opened = network.events.b.find((event) => event.type === 'opened' && event.stream === sooner)
    assert.ok(opened?.type === 'opened' && Math.abs(opened.deadline - (1_000_050 + 500)) < 100)
  })

  test('datagrams that would be late are not sent', () => {
    const network = new VirtualNetwork(5, { delay: 50 })
    network.run(300)
    const { a } = network.sessions
    assert.ok(a.sendDatagram(Uint8Array.of(1), { class: 'control', deadline: network.now + 10 }))
    assert.ok(a.sendDatagram(Uint8Array.of(2), { class: 'control', deadline: network.now + 60 }))
    assert.ok(a.sendDatagram(Uint8Array.of(3), { class: 'bulk' }))
    assert.ok(!a.sendDatagram(new Uint8Array(1_200), { class: 'control' }), 'longer than a packet')
    network.run(100)
    const came = network.events.b.flatMap((event) => (event.type === 'datagram' ? [event.octets[0]] : []))
    assert.deepEqual(came, [2, 3])
  })

  test('a datagram in two copies comes once, and comes when one of two paths loses everything', () => {
    const network = new VirtualNetwork(6, { delay: 10 })
    network.run(50)
    network.sessions.a.addPath(network.link({ delay: 15 }).routes.a, network.now)
    network.run(200)
    const send = (value: number): boolean =>
      network.sessions.a.sendDatagram(Uint8Array.of(value), { class: 'safety', copies: 'two' })
    send(1)
    network.run(40)
    network.links[0]!.isCut = true
    send(2)
    network.run(16)
    const came = network.events.b.flatMap((event) => (event.type === 'datagram' ? [event.octets[0]] : []))
    assert.deepEqual(came, [1, 2])
  })

  test('when too many wait, the last of the lowest class is dropped', () => {
    const queue = new DatagramQueue(2)
    const datagram = (number: number, level: number, deadline = Infinity): QueuedDatagram => ({
      number: undefined,
      class: level,
      deadline,
      octets: Uint8Array.of(number),
      copies: 'one',
    })
    assert.ok(queue.add(datagram(1, 5)))
    assert.ok(queue.add(datagram(2, 0, 20)))
    assert.ok(queue.add(datagram(3, 0, 10)), 'a higher class takes the place of a lower one')
    assert.ok(!queue.add(datagram(4, 0, 30)))
    assert.equal(queue.first(0, 0, 0)?.octets[0], 3)
    assert.equal(queue.first(0, 15, 0)?.octets[0], 2)
    assert.equal(queue.first(5, 0, 0), undefined)
  })
})
