import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { padmeLength } from '../src/session/padding.ts'
import { collect, feed } from './collect.ts'
import { octetsOf, VirtualNetwork } from './virtual-network.ts'

const lan = { delay: 5 }

describe('a session', () => {
  test('carries a request and its answer, and says when both were delivered', () => {
    const network = new VirtualNetwork(1, lan)
    const { a, b } = network.sessions
    const atA = collect(network, 'a')
    const atB = collect(network, 'b')
    const stream = a.openStream({ class: 'call' })!
    a.write(stream, Uint8Array.of(1, 2, 3), 'fin')
    network.run(30)
    assert.deepEqual(atB.get(stream), { octets: Uint8Array.of(1, 2, 3), isAtEnd: true })
    b.write(stream, Uint8Array.of(4, 5), 'fin')
    network.run(30)
    assert.deepEqual(atA.get(stream), { octets: Uint8Array.of(4, 5), isAtEnd: true })
    for (const side of ['a', 'b'] as const) {
      assert.ok(network.events[side].some(({ type }) => type === 'delivered'))
      assert.ok(network.events[side].some(({ type }) => type === 'confirmed'))
    }
  })

  test('says that another stream may be opened when the other side allows more: whoever was refused need not ask', () => {
    const network = new VirtualNetwork(1, lan, { limits: { peerStreams: 16 } })
    const { a, b } = network.sessions
    network.heard.b = (event) => {
      if (event.type !== 'readable') return
      while (b.read(event.stream) instanceof Uint8Array);
      b.write(event.stream, new Uint8Array(0), 'fin')
    }
    const opened: number[] = []
    for (let id = a.openStream({ class: 'call' }); id !== undefined; id = a.openStream({ class: 'call' }))
      opened.push(id)
    network.run(30)
    network.events.a.length = 0
    let more: number | undefined
    network.heard.a = ({ type, ...event }) => {
      if (type === 'streams') more ??= a.openStream({ class: 'call' })
      else if (type === 'readable' && 'stream' in event) while (a.read(event.stream) instanceof Uint8Array);
    }
    for (const id of opened) a.write(id, new Uint8Array(1), 'fin')
    network.run(100)
    assert.equal(more, 2 * opened.length + 2)
  })

  test('allows as many streams at once as it says, however many of them stay', () => {
    const network = new VirtualNetwork(1, lan, { limits: { peerStreams: 16 } })
    const { a, b } = network.sessions
    const readAll = (session: typeof a, id: number): void => {
      while (session.read(id) instanceof Uint8Array);
    }
    network.heard.a = (event) => {
      if (event.type === 'readable') readAll(a, event.stream)
    }
    network.heard.b = (event) => {
      if (event.type !== 'readable') return
      readAll(b, event.stream)
      if (event.stream > 26) b.write(event.stream, new Uint8Array(0), 'fin')
    }
    const open = (): number | undefined => a.openStream({ class: 'call' })
    for (let held = 0; held < 13; held++) a.write(open()!, new Uint8Array(1), 'more')
    network.run(30)
    for (let brief = 0; brief < 50; brief++) {
      const id = open()
      assert.ok(id !== undefined, `after ${brief}`)
      a.write(id, new Uint8Array(1), 'fin')
      network.run(50)
    }
    for (let more = 0; more < 3; more++) assert.ok(open() !== undefined)
    assert.equal(open(), undefined)
  })

  for (const kind of ['datagram', 'message', 'stream'] as const) {
    test(`carries 300,000 octets over a ${kind} path in order`, () => {
      const network = new VirtualNetwork(2, { ...lan, kind })
      const atB = collect(network, 'b')
      const octets = octetsOf(network.random, 300_000)
      const stream = network.sessions.a.openStream({ class: 'bulk' })!
      network.run(2_000, feed(network, 'a', stream, octets))
      assert.equal(atB.get(stream)?.isAtEnd, true)
      assert.deepEqual(atB.get(stream)?.octets, octets)
    })
  }

  for (const kind of ['message', 'stream'] as const) {
    test(`carries datagrams of any length over a ${kind} path, whatever its records have, and while bulk fills it`, () => {
      for (const padding of ['none', 'padme', 'classes'] as const) {
        const network = new VirtualNetwork(2, { ...lan, kind, rate: 500 }, { padding })
        const { a } = network.sessions
        network.run(50)
        const stream = a.openStream({ class: 'bulk' })!
        const write = feed(network, 'a', stream, new Uint8Array(1_000_000))
        network.run(50, write)
        const sent = [0, 1000, 16_000, 16_400, 60_000, 65_491].map((octets) => octetsOf(network.random, octets))
        for (const octets of sent) assert.ok(a.sendDatagram(octets, { class: 'call' }), `${octets.length} octets`)
        assert.equal(a.sendDatagram(new Uint8Array(65_492), { class: 'call' }), false)
        network.run(4_000, write)
        const came = network.events.b.flatMap((event) => (event.type === 'datagram' ? [event.octets] : []))
        assert.deepEqual(
          came.map(({ length }) => length),
          sent.map(({ length }) => length),
        )
        assert.ok(came.every((octets, index) => Buffer.compare(octets, sent[index]!) === 0))
      }
    })
  }

  test('drops a datagram that is longer than the path takes by which it would leave', () => {
    const network = new VirtualNetwork(2, { ...lan, kind: 'stream' })
    const second = network.link(lan)
    const { a } = network.sessions
    network.run(50)
    a.addPath(second.routes.a, network.now, 'standby')
    network.run(50)
    assert.ok(a.sendDatagram(new Uint8Array(30_000), { class: 'call' }))
    assert.ok(a.sendDatagram(new Uint8Array(30), { class: 'call' }))
    for (const side of ['a', 'b'] as const) {
      network.sessions[side].removeRoute(network.links[0]!.routes[side], network.now)
    }
    network.run(500)
    const came = network.events.b.flatMap((event) => (event.type === 'datagram' ? [event.octets.length] : []))
    assert.deepEqual(came, [30])
  })

  test('after a resumption begins with the early octets on the first stream of the initiator', () => {
    const early = Uint8Array.of(1, 2, 3)
    const network = new VirtualNetwork(3, lan, {}, early)
    const atB = collect(network, 'b')
    const atA = collect(network, 'a')
    network.run(1)
    assert.deepEqual(atB.get(2), { octets: early, isAtEnd: false })
    network.sessions.a.write(2, Uint8Array.of(4), 'fin')
    network.sessions.b.write(2, Uint8Array.of(5), 'fin')
    network.run(30)
    assert.deepEqual(atB.get(2), { octets: Uint8Array.of(1, 2, 3, 4), isAtEnd: true })
    assert.deepEqual(atA.get(2), { octets: Uint8Array.of(5), isAtEnd: true })
  })

  test('sends packets of few lengths once it pads, and none that is longer than its path takes', () => {
    const network = new VirtualNetwork(5, lan)
    const { a } = network.sessions
    const lengths = new Set<number>()
    network.tamper = (octets, from) => {
      if (from === 'a') lengths.add(octets.length)
      return octets
    }
    const atB = collect(network, 'b')
    const ask = (octets: number): void => {
      const stream = a.openStream({ class: 'call' })!
      a.write(stream, new Uint8Array(octets), 'fin')
      network.run(50)
      assert.equal(atB.get(stream)?.octets.length, octets)
    }
    const isPadded = (length: number): boolean => length === padmeLength(length) || length === 1200
    ask(1001)
    assert.equal([...lengths].every(isPadded), false)
    a.padding = 'padme'
    lengths.clear()
    for (let octets = 1; octets < 3000; octets += 13) ask(octets)
    assert.ok([...lengths].every(isPadded), [...lengths].join(' '))
    assert.ok(lengths.size > 5 && lengths.size < 60, `${lengths.size} lengths`)
    a.padding = 'classes'
    lengths.clear()
    for (let octets = 1; octets < 3000; octets += 150) ask(octets) // the streams stay open, and there are few more
    assert.deepEqual(
      [...lengths].sort((one, other) => one - other),
      [96, 600, 1200],
    )
  })

  test('gives a ticket whose secret both sides know', () => {
    const network = new VirtualNetwork(4, lan)
    const given = network.sessions.b.giveTicket(new Uint8Array(16).fill(7), network.now + 60_000)
    network.run(30)
    const event = network.events.a.find(({ type }) => type === 'ticket')
    assert.ok(event?.type === 'ticket')
    assert.deepEqual(event.ticket.secret, given.secret)
    assert.equal(event.ticket.expires, given.expires)
  })

  test('carries notices in order, however long', () => {
    const network = new VirtualNetwork(5, { ...lan, loss: 0.1 })
    const long = octetsOf(network.random, 50_000)
    network.sessions.a.notify(1, Uint8Array.of(1))
    network.sessions.a.notify(255, long)
    network.run(3_000)
    const notices = network.events.b.filter(({ type }) => type === 'notice')
    assert.deepEqual(notices, [
      { type: 'notice', kind: 1, octets: Uint8Array.of(1) },
      { type: 'notice', kind: 255, octets: long },
    ])
  })
})
