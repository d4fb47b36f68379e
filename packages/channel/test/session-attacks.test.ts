/** What strangers and lying peers may try on a live session (the handshake's attacks stand in handshake.test.ts). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  closeCodes,
  connectionIdOf,
  maxPaths,
  type Padding,
  type Route,
  Session,
  type SessionEvent,
} from '../src/index.ts'
import { frameType, openingBit } from '../src/session/frame-type.ts'
import { FrameWriter } from '../src/session/varint.ts'
import { collect, feed } from './collect.ts'
import { fuzz, fuzzFrames, peerOf, replayTickets } from './fuzz.ts'
import { nodeCrypto } from './node-crypto.ts'
import { establishedPair, octetsOf, type Side, VirtualNetwork } from './virtual-network.ts'

/** A frame: its type, then numbers and octets. */
function frame(type: number, ...fields: readonly (number | Uint8Array)[]): Uint8Array {
  const out = new FrameWriter(new Uint8Array(200))
  out.uint8(type)
  for (const field of fields) {
    if (typeof field === 'number') out.varint(field)
    else out.copy(field)
  }
  return out.octets.slice(0, out.at)
}

/** What b makes of `frames` from a peer that has the keys. */
function closeAfter(...frames: readonly Uint8Array[]): SessionEvent | undefined {
  const network = new VirtualNetwork(1, { delay: 5 })
  network.run(50)
  const seal = peerOf(1, 'initiator', network.now)
  for (const each of frames) network.sessions.b.receive(network.links[0]!.routes.b, seal(each), network.now)
  return network.sessions.b.events().find(({ type }) => type === 'closed')
}

function assertClosed(event: SessionEvent | undefined, code: keyof typeof closeCodes): void {
  assert.ok(event?.type === 'closed', 'the session goes on')
  assert.equal(event.code, closeCodes[code], event.reason)
}

const countOf = (network: VirtualNetwork, side: Side, type: SessionEvent['type']): number =>
  network.events[side].filter((event) => event.type === type).length

describe('strangers', () => {
  test('packets that were changed are not accepted, and the data goes on', () => {
    const { injected, accepted } = fuzz(3_000, 1)
    assert.deepEqual({ injected, accepted }, { injected: 3_000, accepted: 0 })
  })

  test('a packet that comes again is dropped, by whatever route', () => {
    const network = new VirtualNetwork(2, { delay: 5 })
    const strange = network.link({ delay: 1 })
    const seen: Uint8Array[] = []
    network.tamper = (octets, from) => {
      if (from === 'a') seen.push(octets.slice())
      return octets
    }
    network.sessions.a.write(network.sessions.a.openStream({ class: 'call' })!, new Uint8Array(20_000), 'fin')
    network.run(100)
    assert.ok(seen.length > 10)
    for (const packet of seen) {
      for (const { routes } of [network.links[0]!, strange]) {
        assert.equal(network.sessions.b.receive(routes.b, packet.slice(), network.now), 'dropped')
      }
    }
  })

  test('who copies packets and is faster does not get the path: the old route is still heard (RFC 9000 §9.3.3)', () => {
    const network = new VirtualNetwork(3, { delay: 10 })
    const attacker = network.link({ delay: 3 })
    network.run(50)
    network.tamper = (octets, from, link) => {
      if (from === 'a' && link === network.links[0]) network.send(attacker, 'a', octets.slice())
      return octets
    }
    const got = collect(network, 'b')
    const content = octetsOf(network.random, 50_000)
    const stream = network.sessions.a.openStream({ class: 'call' })!
    network.run(3_000, feed(network, 'a', stream, content))
    assert.equal(countOf(network, 'b', 'rebound'), 0)
    assert.deepEqual(got.get(stream), { octets: content, isAtEnd: true })
  })

  test('an address that is not proven gets at most three times what it sent, challenges included (RFC 9000 §8.1)', () => {
    const network = new VirtualNetwork(4, { delay: 10 })
    // b's peer is heard from an address that never answers: a forged source.
    const forged = network.link({ delay: 10 })
    network.run(50)
    let sent = 0
    network.tamper = (octets, from, link) => {
      if (link === forged && from === 'b') return undefined
      if (from === 'a') {
        sent += octets.length
        network.send(forged, 'a', octets.slice())
        return undefined
      }
      return octets
    }
    // The copy that goes to b by the forged address is not tampered with again.
    const tamper = network.tamper
    network.tamper = (octets, from, link) => (link === forged && from === 'a' ? octets : tamper(octets, from, link))
    network.sessions.b.write(network.sessions.b.openStream({ class: 'bulk' })!, new Uint8Array(500_000), 'fin')
    network.sessions.a.write(network.sessions.a.openStream({ class: 'call' })!, new Uint8Array(300), 'more')
    const before = forged.octets
    network.run(3_000)
    const toForged = forged.octets - before - sent
    assert.ok(sent > 300 && toForged <= 3 * sent, `${toForged} octets for ${sent}`)
  })

  test('the answer of a handshake counts among the three times that an address gets before it is proven (RFC 9000 §8.1)', () => {
    const network = new VirtualNetwork(4, { delay: 10 })
    const { responder: established } = establishedPair(4, undefined)
    const { now } = network
    const sentWith = (sent: number, padding: Padding): number => {
      const route = network.links[0]!.routes.b
      const seed = octetsOf(network.random, 32)
      const address = { received: 1_000, sent }
      const session = new Session({ established, crypto: nodeCrypto, route, address, seed, now, padding })
      session.write(session.openStream({ class: 'call' })!, new Uint8Array(10_000), 'more')
      let octets = sent
      for (let out = session.transmit(now); out !== undefined; out = session.transmit(now)) octets += out.octets.length
      return octets
    }
    for (const padding of ['none', 'padme', 'classes'] as const) {
      for (const sent of [60, 1_200, 2_900, 3_000]) {
        const octets = sentWith(sent, padding)
        assert.ok(octets <= 3_000 && octets > 2_800, `${octets} octets, of which the answer had ${sent}`)
      }
    }
  })

  test('a NAT that changes its mapping: the new address is challenged, then used, with another connection id (§9.5)', () => {
    const network = new VirtualNetwork(5, { delay: 10 })
    const rebound = network.link({ delay: 10 })
    network.run(50)
    const first = network.links[0]!
    const ids = new Set<string>()
    // What a sends by its old route leaves the NAT by a new port; the old one is closed.
    network.tamper = (octets, from, link) => {
      if (from === 'b' && link === rebound) ids.add(Buffer.from(connectionIdOf(octets)!).toString('hex'))
      if (link !== first) return octets
      if (from === 'a') network.send(rebound, 'a', octets.slice())
      return undefined
    }
    // The NAT gives what comes for the new port to the same socket of a.
    Object.assign(rebound.routes, { a: first.routes.a })
    const got = { a: collect(network, 'a'), b: collect(network, 'b') }
    const content = octetsOf(network.random, 30_000)
    const up = network.sessions.a.openStream({ class: 'call' })!
    const down = network.sessions.b.openStream({ class: 'call' })!
    const writes = [feed(network, 'a', up, content), feed(network, 'b', down, content)]
    network.run(5_000, () => writes.forEach((write) => write()))
    assert.equal(countOf(network, 'b', 'rebound'), 1)
    assert.deepEqual(got.b.get(up), { octets: content, isAtEnd: true })
    assert.deepEqual(got.a.get(down), { octets: content, isAtEnd: true })
    assert.ok(ids.size >= 2, 'the new address saw the old connection id only')
  })

  test('a NAT that changes its mapping before a short packet and an outage: the new address is challenged as it speaks', () => {
    const network = new VirtualNetwork(5, { delay: 100 })
    const rebound = network.link({ delay: 100 })
    const first = network.links[0]!
    const { a } = network.sessions
    network.run(3_000)
    let isDown = false
    network.tamper = (octets, from, link) => {
      if (link === rebound) return isDown ? undefined : octets
      if (from === 'a' && !isDown) network.send(rebound, 'a', octets.slice())
      return undefined
    }
    Object.assign(rebound.routes, { a: first.routes.a })
    const say = (): void => void a.sendDatagram(new Uint8Array(1), { class: 'call' })
    say()
    network.at(network.now + 1, () => (isDown = true))
    network.at(network.now + 1_500, () => (isDown = false))
    for (let at = 2_000; at < 20_000; at += 500) network.at(network.now + at, say)
    network.run(20_000)
    assert.equal(countOf(network, 'b', 'rebound'), 1)
    assert.equal(a.isSilent, false)
  })

  test('an address that took the place of one that was never proven counts as proven: the answer is as quick there', () => {
    const network = new VirtualNetwork(7, { delay: 10 })
    const hello: Route = { ...network.links[0]!.routes.b }
    const { responder: established } = establishedPair(7, undefined)
    const seed = octetsOf(network.random, 32)
    const { now } = network
    const address = { received: 1_400, sent: 1_200 }
    network.sessions.b = new Session({ established, crypto: nodeCrypto, route: hello, address, seed, now })
    network.run(2_000)
    const got = collect(network, 'a')
    const content = octetsOf(network.random, 400_000)
    const stream = network.sessions.b.openStream({ class: 'bulk' })!
    network.run(1_000, feed(network, 'b', stream, content))
    assert.equal(countOf(network, 'b', 'rebound'), 1)
    assert.equal(got.get(stream)?.octets.length, content.length)
    network.sessions.b.close(0x101, 'done', network.now)
    network.run(100)
    assert.equal(countOf(network, 'a', 'closed'), 1)
  })

  test('no connection id is seen on two paths, and none of them is that of another session', () => {
    const ids: string[] = []
    for (const seed of [6, 7]) {
      const network = new VirtualNetwork(seed, { delay: 5 })
      const perLink = new Map<unknown, Set<string>>()
      network.tamper = (octets, from, link) => {
        const set = perLink.get(link.routes[from]) ?? new Set()
        perLink.set(link.routes[from], set)
        set.add(Buffer.from(connectionIdOf(octets)!).toString('hex'))
        return octets
      }
      network.run(50)
      for (let path = 0; path < 3; path++) network.sessions.a.addPath(network.link({ delay: 5 }).routes.a, network.now)
      network.run(500)
      for (const set of perLink.values()) ids.push(...set)
      assert.equal(perLink.size, 8)
    }
    assert.equal(new Set(ids).size, ids.length)
  })

  test('a ticket is accepted once, however often its message comes', () => {
    assert.deepEqual(replayTickets(2_000, 1), { replays: 2_000, accepted: 0 })
  })
})

describe('a peer that lies', () => {
  test('random frames end the session or are taken, and throw nothing', () => {
    const { packets, closed } = fuzzFrames(400, 2)
    assert.equal(packets, 400)
    assert.ok(closed > 50)
  })

  test('acknowledging a packet that was never sent ends the session (RFC 9000 §13.1)', () => {
    assertClosed(closeAfter(frame(frameType.ack, 0, 1_000, 0, 0, 0)), 'protocol')
    assertClosed(closeAfter(frame(frameType.ack, 0, 3, 0, 0, 9)), 'protocol')
  })

  test('a frame that is cut off, of no type, or longer than its packet ends the session', () => {
    const rejects = [
      frame(frameType.challenge, Uint8Array.of(1, 2)),
      frame(0x3f),
      frame(frameType.stream, 2, 0, 100),
      frame(frameType.datagram, Uint8Array.of(99), 0, 0),
      frame(frameType['max-data'], Uint8Array.of(0xff, 255, 255, 255, 255, 255, 255, 255)),
    ]
    for (const each of rejects) assertClosed(closeAfter(each), 'protocol')
  })

  test('more octets, streams or pieces than are allowed end the session', () => {
    assertClosed(closeAfter(frame(frameType.stream, 2, 65_530, 10, new Uint8Array(10))), 'flow-control')
    assertClosed(closeAfter(frame(frameType.stream, 2 + 2 * 256, 0, 0)), 'flow-control')
    const many = Array.from({ length: 5 }, (_, index) =>
      frame(frameType.stream, 2 + 2 * index, 65_530, 1, new Uint8Array(1)),
    )
    assert.equal(closeAfter(...many), undefined)
  })

  test('more notices than its host takes at once, or octets of them than there is room for behind a gap, end the session', () => {
    const empty = Uint8Array.from({ length: 160 }, (_, index) => 1 - (index % 2)) // kind 1, no octets
    const talk = (packets: number, each: (session: Session) => void): SessionEvent | undefined => {
      const network = new VirtualNetwork(1, { delay: 5 })
      network.run(50)
      const { b } = network.sessions
      const seal = peerOf(1, 'initiator', network.now)
      const send = (at: number): void => {
        b.receive(network.links[0]!.routes.b, seal(frame(frameType.stream, 0, at, empty.length, empty)), network.now)
      }
      for (let packet = 0; packet < packets; packet++) {
        send(packet * empty.length)
        each(b)
      }
      send(packets * empty.length + 131_072)
      return b.events().find(({ type }) => type === 'closed')
    }
    let notices = 0
    const fetched = talk(
      1_000,
      (session) => (notices += session.events().filter(({ type }) => type === 'notice').length),
    )
    assert.equal(notices, 80_000)
    assertClosed(fetched, 'flow-control')
    assert.match(fetched?.type === 'closed' ? fetched.reason : '', /of a stream/)
    const unfetched = talk(60, () => undefined)
    assertClosed(unfetched, 'flow-control')
    assert.match(unfetched?.type === 'closed' ? unfetched.reason : '', /notices/)
  })

  test('a stream that ends twice at different octets, or is not its own, ends the session', () => {
    const first = frame(frameType.stream | 1, 2, 0, 2, new Uint8Array(2))
    assertClosed(closeAfter(first, frame(frameType.stream | 1, 2, 0, 3, new Uint8Array(3))), 'protocol')
    assertClosed(closeAfter(frame(frameType.stream, 3, 0, 1, new Uint8Array(1))), 'protocol')
    assert.equal(closeAfter(first, first), undefined)
  })

  test('breaks off streams before they begin, or wants no answer: nobody is told of the first, and none is kept', () => {
    const network = new VirtualNetwork(1, { delay: 5 })
    network.run(50)
    const { b } = network.sessions
    b.events()
    const seal = peerOf(1, 'initiator', network.now)
    const told: string[] = []
    const take = (...frames: readonly Uint8Array[]): void => {
      for (const each of frames) b.receive(network.links[0]!.routes.b, seal(each), network.now)
      while (b.transmit(network.now) !== undefined);
      for (const event of b.events()) if ('stream' in event) told.push(`${event.type} ${event.stream}`)
    }
    const opening = (id: number): Uint8Array =>
      frame(frameType.stream | openingBit, id, Uint8Array.of(3), 0, 0, 3, new Uint8Array(3))
    for (let id = 2; id <= 60; id += 2) {
      take(frame(frameType.reset, id, 256, id % 4 === 0 ? 3 : 0), id % 4 === 0 ? opening(id) : new Uint8Array(1))
    }
    assert.deepEqual(told, [])
    const sent = b.paths()[0]!.packetsSent
    take(frame(frameType.ack, 0, sent - 1, 0, 0, sent - 1))
    for (let id = 2; id <= 60; id += 2) assert.equal(b.sending(id), undefined, `stream ${id} is kept`)
    take(frame(frameType.stop, 62, 256), opening(62))
    assert.deepEqual(told, ['opened 62', 'readable 62', 'stopped 62'])
  })

  test('answers challenges that it cannot have seen: the address is not proven, and gets no more for it (RFC 9000 §8.2)', () => {
    const network = new VirtualNetwork(1, { delay: 5 })
    network.run(50)
    const victim = network.link({ delay: 5 })
    let toVictim = 0
    network.tamper = (octets, from, link) => {
      if (link !== victim || from === 'a') return octets
      toVictim += octets.length
      return undefined
    }
    const seal = peerOf(1, 'initiator', network.now)
    let sent = 0
    for (let tried = 0; tried < 100; tried++) {
      const packet = seal(frame(frameType.response, octetsOf(network.random, 8)))
      sent += packet.length
      network.sessions.b.receive(victim.routes.b, packet, network.now)
      network.run(20)
    }
    assert.ok(toVictim > 0 && toVictim <= 3 * sent, `${toVictim} octets for ${sent}`)
    assert.equal(countOf(network, 'b', 'rebound'), 0)
    assert.ok(network.sessions.b.paths().every(({ route }) => route !== victim.routes.b))
  })

  test('announces moves all the time: all goes twice for ten seconds of a minute, then each path is left at once', () => {
    const network = new VirtualNetwork(8, { delay: 5 })
    network.run(50)
    const { a, b } = network.sessions
    const took: number[] = []
    let from = 0
    for (let count = 0; count < 4; count++) {
      const to = a.addPath(network.link({ delay: 5 }).routes.a, network.now)!
      network.run(100)
      const began = network.now
      a.intend({ from, duplicateFor: 20_000 }, network.now)
      const isLeft = (): boolean => b.paths().some(({ path, primary }) => path === to && primary)
      while (!isLeft() && network.now - began < 30_000) network.run(10)
      took.push(network.now - began)
      a.removePath(from, network.now)
      network.run(100)
      from = to
    }
    assert.deepEqual(
      took.map((time) => (time < 100 ? 'at once' : Math.round(time / 1000))),
      [5, 5, 'at once', 'at once'],
    )
    assert.equal(countOf(network, 'b', 'closed'), 0)
  })

  test(`opens no more than ${maxPaths} paths`, () => {
    const network = new VirtualNetwork(9, { delay: 5 })
    network.run(50)
    const opened = Array.from({ length: 12 }, () =>
      network.sessions.a.addPath(network.link({ delay: 5 }).routes.a, network.now),
    )
    assert.equal(opened.filter((path) => path !== undefined).length, maxPaths - 1)
    network.run(500)
    assert.equal(network.sessions.b.paths().length, maxPaths)
  })
})

describe('keys', () => {
  test('packets of the key before and of the key after are read while a change overtakes them', () => {
    const network = new VirtualNetwork(10, { delay: 10, reorder: 0.5, jitter: 10 })
    network.run(50)
    const got = collect(network, 'b')
    const content = octetsOf(network.random, 100_000)
    const stream = network.sessions.a.openStream({ class: 'call' })!
    let changes = 0
    for (let at = 0; at < 2_000; at += 40) {
      network.at(network.now + at, () => {
        if (network.sessions.a.updateKey(network.now)) changes++
      })
    }
    network.run(5_000, feed(network, 'a', stream, content))
    assert.ok(changes > 5, `${changes} changes`)
    assert.deepEqual(got.get(stream), { octets: content, isAtEnd: true })
  })

  test('are changed after so many packets, and so long, without being asked to', () => {
    for (const limits of [{ packetsPerKey: 20 }, { keyAge: 10 }]) {
      const network = new VirtualNetwork(11, { delay: 5 }, { limits })
      const got = collect(network, 'b')
      const content = octetsOf(network.random, 100_000)
      const stream = network.sessions.a.openStream({ class: 'call' })!
      network.run(2_000, feed(network, 'a', stream, content))
      assert.deepEqual(got.get(stream), { octets: content, isAtEnd: true })
      assert.ok(network.sessions.b.peerKeyPhase >= 2, `phase ${network.sessions.b.peerKeyPhase}`)
    }
  })

  test('that nobody confirms end the session before a nonce could come twice (RFC 9001 §6.6)', () => {
    const network = new VirtualNetwork(12, { delay: 5 }, { limits: { packetsPerKey: 10 } })
    network.run(50)
    network.tamper = () => undefined
    for (let count = 0; count < 60; count++) {
      network.sessions.a.sendDatagram(new Uint8Array(1), { class: 'control' })
      network.run(20)
    }
    assertClosed(
      network.events.a.find(({ type }) => type === 'closed'),
      'exhausted',
    )
  })
})
