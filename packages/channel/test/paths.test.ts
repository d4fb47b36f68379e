import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { closeCodes, type PathInfo } from '../src/index.ts'
import { Ledger } from '../src/session/ledger.ts'
import { collect, feed } from './collect.ts'
import { type LinkOptions, octetsOf, randomOf, type Side, VirtualNetwork } from './virtual-network.ts'

const pathOf = (network: VirtualNetwork, side: Side, id: number): PathInfo =>
  network.sessions[side].paths().find(({ path }) => path === id)!

/** A message of 256 octets every 10 ms from a to b; the largest gap between octets that b reads, milliseconds. */
function gapOf(network: VirtualNetwork, during: () => void): { gap: number; missing: number; duplicated: number } {
  const { a, b } = network.sessions
  const stream = a.openStream({ class: 'dialogue' })!
  let sent = 0
  let got = 0
  let last: number | undefined
  let gap = 0
  network.heard.b = (event) => {
    if (event.type !== 'readable') return
    for (let octets; (octets = b.read(event.stream)) instanceof Uint8Array;) {
      got += octets.length
      if (last !== undefined) gap = Math.max(gap, network.now - last)
      last = network.now
    }
  }
  const start = network.now
  for (let at = 0; at < 4_000; at += 10) {
    network.at(start + at, () => {
      sent += a.write(stream, new Uint8Array(256), 'more')
    })
  }
  network.run(2_000)
  during()
  network.run(4_000)
  return { gap, missing: Math.max(sent - got, 0), duplicated: Math.max(got - sent, 0) }
}

describe('paths', () => {
  test('a second path is proven by challenge and response on both sides before data goes by it', () => {
    const network = new VirtualNetwork(1, { delay: 20 })
    const link = network.link({ delay: 30 })
    network.run(100)
    const id = network.sessions.a.addPath(link.routes.a, network.now)!
    assert.equal(pathOf(network, 'a', id).state, 'validating')
    network.run(200)
    assert.equal(pathOf(network, 'a', id).state, 'alive')
    assert.equal(pathOf(network, 'b', id).state, 'alive')
    assert.equal(pathOf(network, 'a', 0).primary, true)
  })

  test('an end that waits for an answer says how long there was none; one that was at rest, or lost a packet, says nothing', () => {
    const gapsOf = (network: VirtualNetwork, side: Side): readonly number[] =>
      network.events[side].flatMap((event) => (event.type === 'gap' ? [event.milliseconds] : []))
    const network = new VirtualNetwork(1, { delay: 20 })
    const stream = network.sessions.a.openStream({ class: 'call' })!
    const say = (): void => void network.sessions.a.write(stream, new Uint8Array(100), 'more')
    say()
    network.run(5_000)
    const [link] = network.links
    link!.isCut = true
    network.run(60) // nothing is under way
    link!.isCut = false
    say()
    network.run(5_000)
    assert.deepEqual([gapsOf(network, 'a'), gapsOf(network, 'b')], [[], []])
    say()
    link!.isCut = true
    network.run(1_000)
    link!.isCut = false
    network.run(5_000)
    const [gap, ...more] = gapsOf(network, 'a')
    const told = `${gap} ${more.join(' ')}`
    assert.ok(gap !== undefined && gap >= 1_000 && gap < 2_500 && more.every((after) => after < 250), told)
    assert.deepEqual(gapsOf(network, 'b'), [])
  })

  test('the only path that dies is noticed as soon while something is written all the time as after one message', () => {
    const noticed = (kind: 'datagram' | 'stream', messages: number): number => {
      const network = new VirtualNetwork(3, { delay: 5, kind })
      collect(network, 'b')
      const stream = network.sessions.a.openStream({ class: 'control' })!
      const say = (): void => void network.sessions.a.write(stream, new Uint8Array(100), 'more')
      for (let at = 0; at < 500; at += 10) network.at(network.now + at, say)
      network.run(600)
      assert.equal(network.sessions.a.isSilent, false)
      network.links[0]!.isCut = true
      const cutAt = network.now
      for (let count = 0; count < messages; count++) network.at(cutAt + 10 * count, say)
      while (!network.sessions.a.isSilent && network.now < cutAt + 10_000) network.run(1)
      return network.now - cutAt
    }
    for (const kind of ['datagram', 'stream'] as const) {
      const once = noticed(kind, 1)
      const often = noticed(kind, 1_000)
      assert.ok(often <= once + 10, `${kind}: after ${often} ms, with one message after ${once} ms`)
    }
  })

  test('a silent cut is noticed at srtt + 4 var, and everything goes by the other path at once', () => {
    const gaps: number[] = []
    for (let seed = 1; seed <= 10; seed++) {
      const network = new VirtualNetwork(seed, { delay: 20, jitter: 1 })
      const link = network.link({ delay: 30, jitter: 1 })
      network.run(100)
      network.sessions.a.addPath(link.routes.a, network.now)
      network.run(500)
      const { gap, missing, duplicated } = gapOf(network, () => {
        network.run(10 * network.random())
        network.links[0]!.isCut = true
      })
      assert.equal(missing + duplicated, 0)
      gaps.push(gap)
    }
    gaps.sort((x, y) => x - y)
    assert.ok(gaps[9]! < 110, `gaps ${gaps.join(' ')}`)
  })

  test('a planned move adds no gap beyond the difference of the paths', () => {
    const network = new VirtualNetwork(3, { delay: 20 })
    const link = network.link({ delay: 30 })
    network.run(100)
    network.sessions.a.addPath(link.routes.a, network.now)
    network.run(500)
    const { gap, missing, duplicated } = gapOf(network, () => {
      network.sessions.a.intend({ from: 0, duplicateFor: 500 }, network.now)
      network.run(600)
      network.links[0]!.isCut = true
    })
    assert.equal(missing + duplicated, 0)
    assert.ok(gap <= 10 + 10 + 0.5, `gap of ${gap} ms`)
  })

  test('what goes by one network, datagrams and a connection, is left at once in a planned move without a gap', () => {
    const network = new VirtualNetwork(12, { delay: 20 })
    const { links } = network
    network.link({ delay: 20, kind: 'stream' })
    network.link({ delay: 30 })
    network.run(100)
    for (const link of links.slice(1)) network.sessions.b.addPath(link.routes.b, network.now)
    network.run(500)
    const { gap, missing, duplicated } = gapOf(network, () => {
      for (const from of [0, 1]) network.sessions.b.intend({ from, duplicateFor: 300 }, network.now)
      network.run(350)
      links[0]!.isCut = links[1]!.isCut = true
    })
    assert.equal(missing + duplicated, 0)
    assert.ok(gap <= 10 + 10 + 0.5, `gap of ${gap} ms`)
    assert.ok(pathOf(network, 'a', 3).primary)
  })

  test('when datagrams and a connection of one network are cut together, another network carries at once', () => {
    const gaps = Array.from({ length: 10 }, (_, seed) => {
      const network = new VirtualNetwork(seed + 1, { delay: 20, jitter: 1 })
      const { links } = network
      network.link({ delay: 19, jitter: 1, kind: 'stream' })
      network.link({ delay: 30, jitter: 1 })
      network.run(100)
      for (const link of links.slice(1)) network.sessions.b.addPath(link.routes.b, network.now)
      network.run(500)
      const { gap, missing, duplicated } = gapOf(network, () => {
        network.run(10 * network.random())
        links[0]!.isCut = links[1]!.isCut = true
      })
      assert.equal(missing + duplicated, 0)
      return gap
    })
    assert.ok(Math.max(...gaps) < 110, `gaps ${gaps.join(' ')}`)
  })

  test('a network that comes when the only one has gone silently carries as soon as it is proven', () => {
    const gaps = Array.from({ length: 10 }, (_, seed) => {
      const network = new VirtualNetwork(seed + 1, { delay: 20, jitter: 10 })
      const { links } = network
      network.link({ delay: 20, jitter: 10, kind: 'stream' })
      const next = network.link({ delay: 30, jitter: 1 })
      network.run(100)
      network.sessions.b.addPath(links[1]!.routes.b, network.now)
      network.run(500)
      const { gap, missing, duplicated } = gapOf(network, () => {
        network.run(10 * network.random())
        links[0]!.isCut = links[1]!.isCut = true
        network.run(20)
        network.sessions.b.addPath(next.routes.b, network.now)
      })
      assert.equal(missing + duplicated, 0)
      return gap
    })
    // 20 ms, one and a half round trips until the sender has proven it, half of one for what was under way.
    assert.ok(Math.max(...gaps) < 20 + 4 * 31 + 20, `gaps ${gaps.join(' ')}`)
  })

  test('after an intent a silent new path does not lead back to the old one (only a dead one does)', () => {
    const network = new VirtualNetwork(4, { delay: 20 })
    const link = network.link({ delay: 30 })
    network.run(100)
    network.sessions.a.addPath(link.routes.a, network.now)
    network.run(500)
    network.sessions.a.intend({ from: 0, duplicateFor: 100 }, network.now)
    network.run(300)
    assert.equal(pathOf(network, 'a', 2).primary && pathOf(network, 'b', 2).primary, true)
    link.isCut = true
    const stream = network.sessions.a.openStream({ class: 'call' })!
    network.sessions.a.write(stream, new Uint8Array(100), 'more')
    network.run(400)
    assert.equal(pathOf(network, 'a', 2).primary, true)
    network.run(20_000)
    assert.equal(pathOf(network, 'a', 2).state, 'dead')
    assert.equal(pathOf(network, 'a', 0).primary, true)
  })

  test('what was sent on a path that is dead for days is forgotten, and it comes back all the same', (t) => {
    const add = t.mock.method(Ledger.prototype, 'add')
    const network = new VirtualNetwork(3, { delay: 5 })
    const second = network.link({ delay: 5 })
    network.run(50)
    network.sessions.a.addPath(second.routes.a, network.now)
    network.run(500)
    second.isCut = true
    network.run(86_400_000)
    assert.equal(pathOf(network, 'a', 2).state, 'dead')
    for (const ledger of new Set(add.mock.calls.map((call) => call.this as Ledger))) {
      const kept = Array.from({ length: ledger.nextNumber }, (_, number) => ledger.find(number))
      assert.ok(kept.filter((packet) => packet !== undefined).length < 10, `of ${ledger.nextNumber}`)
    }
    second.isCut = false
    network.run(31_000)
    assert.equal(pathOf(network, 'a', 2).state, 'alive')
  })

  // The second costs more, or is a connection, so the first is preferred whenever it may be.
  for (const [what, second] of [
    ['a cheaper path', { delay: 12, cost: 1 }],
    ['a path of datagrams beside a connection', { delay: 8, kind: 'stream' }],
  ] as const) {
    test(`${what} that flaps is not preferred again at once: each time it must live longer`, () => {
      const network = new VirtualNetwork(5, { delay: 10 })
      network.run(100)
      network.sessions.a.addPath(network.link(second).routes.a, network.now)
      network.run(300)
      const stream = network.sessions.a.openStream({ class: 'call' })!
      for (let at = 0; at < 30_000; at += 20) {
        network.at(network.now + at, () => void network.sessions.a.write(stream, new Uint8Array(10), 'more'))
        if (at % 500 === 0) network.at(network.now + at, () => (network.links[0]!.isCut = at % 1000 === 0))
      }
      network.run(30_000)
      const returns = network.events.a.filter((event) => event.type === 'primary' && event.path === 0).length
      assert.ok(returns > 0 && returns <= 6, `came back ${returns} times in 30 cuts`)
    })
  }

  for (const [how, cutFor] of [
    ['for a while', 5_000],
    ['for longer than it is challenged', 30_000],
  ] as const) {
    test(`a session that began on a connection goes over to datagrams that were dropped ${how}, for good`, () => {
      const network = new VirtualNetwork(15, { delay: 10, jitter: 4, kind: 'stream' })
      network.run(100)
      const { a } = network.sessions
      const udp = network.link({ delay: 11, jitter: 4 })
      udp.isCut = true
      a.addPath(udp.routes.a, network.now)
      network.run(cutFor)
      udp.isCut = false
      if (a.paths().length === 1) a.addPath(udp.routes.a, network.now) // its host tries again
      const stream = a.openStream({ class: 'call' })!
      for (let at = 0; at < 60_000; at += 100)
        network.at(network.now + at, () => void a.write(stream, new Uint8Array(10), 'more'))
      network.run(60_000)
      for (const side of ['a', 'b'] as const) {
        const chosen = network.events[side].flatMap((event) => (event.type === 'primary' ? [event.path!] : []))
        const routes = chosen.map((id) => pathOf(network, side, id).route)
        assert.deepEqual(routes, [network.links[0]!.routes[side], udp.routes[side]])
      }
    })
  }

  test('of two paths that are equal but for their time, the one in use stays', () => {
    const network = new VirtualNetwork(16, { delay: 20, jitter: 4 })
    network.run(100)
    const { a } = network.sessions
    a.addPath(network.link({ delay: 20, jitter: 4 }).routes.a, network.now)
    const stream = a.openStream({ class: 'call' })!
    for (let at = 0; at < 60_000; at += 100)
      network.at(network.now + at, () => void a.write(stream, new Uint8Array(10), 'more'))
    network.run(60_000)
    const chosen = network.events.a.flatMap((event) => (event.type === 'primary' ? [event.path] : []))
    assert.deepEqual(chosen, [0])
  })

  test('when all paths are silent everything waits, and goes on with the first that answers', () => {
    const network = new VirtualNetwork(6, { delay: 10 })
    network.run(100)
    const second = network.link({ delay: 20 })
    network.sessions.a.addPath(second.routes.a, network.now)
    network.run(300)
    const got = collect(network, 'b')
    const content = octetsOf(network.random, 100_000)
    const stream = network.sessions.a.openStream({ class: 'call' })!
    const write = feed(network, 'a', stream, content)
    network.run(15, write)
    for (const link of network.links) link.isCut = true
    network.run(8_000, write)
    assert.equal(got.get(stream)?.isAtEnd ?? false, false)
    second.isCut = false
    network.run(12_000, write)
    assert.deepEqual(got.get(stream), { octets: content, isAtEnd: true })
  })

  test('a connection that breaks is noticed by neither stream: what was under way goes by the other path at once', () => {
    const network = new VirtualNetwork(7, { delay: 10, kind: 'stream' })
    network.run(100)
    network.sessions.a.addPath(network.link({ delay: 10 }).routes.a, network.now)
    network.run(300)
    const got = collect(network, 'b')
    const content = octetsOf(network.random, 100_000)
    const stream = network.sessions.a.openStream({ class: 'bulk' })!
    const write = feed(network, 'a', stream, content)
    network.run(5, write)
    network.links[0]!.isCut = true
    for (const side of ['a', 'b'] as const)
      network.sessions[side].removeRoute(network.links[0]!.routes[side], network.now)
    network.run(1_000, write)
    assert.deepEqual(got.get(stream), { octets: content, isAtEnd: true })
    assert.deepEqual(
      network.sessions.b.paths().map(({ path }) => path),
      [2],
    )
  })

  test('when a connection ends, what is beside it is asked for a sign of life: it may have been the peer that ended', () => {
    const network = new VirtualNetwork(13, { delay: 20 })
    const link = network.link({ delay: 20, kind: 'stream' })
    network.run(100)
    network.sessions.a.addPath(link.routes.a, network.now)
    network.run(500)
    for (const each of network.links) each.isCut = true
    network.sessions.a.removeRoute(link.routes.a, network.now)
    network.run(200)
    assert.equal(network.sessions.a.isSilent, true)
  })

  test('a path on standby carries data only when no active one is left', () => {
    const network = new VirtualNetwork(8, { delay: 30 })
    network.run(100)
    const link = network.link({ delay: 5 })
    const path = network.sessions.a.addPath(link.routes.a, network.now, 'standby')!
    network.run(300)
    assert.equal(pathOf(network, 'b', path).status, 'standby')
    assert.equal(pathOf(network, 'b', 0).primary, true)
    network.sessions.a.setStatus(0, 'standby', network.now)
    network.sessions.a.setStatus(path, 'active', network.now)
    network.run(300)
    assert.equal(pathOf(network, 'a', path).primary && pathOf(network, 'b', path).primary, true)
    network.sessions.a.removePath(path, network.now)
    network.run(300)
    assert.equal(pathOf(network, 'a', 0).primary && pathOf(network, 'b', 0).primary, true)
  })

  test('a session in which nothing is heard ends after its idle timeout, one that is only quiet does not', () => {
    const network = new VirtualNetwork(9, { delay: 10 })
    network.run(600_000)
    assert.equal(network.events.a.filter(({ type }) => type === 'closed').length, 0)
    network.links[0]!.isCut = true
    network.run(130_000)
    for (const side of ['a', 'b'] as const) {
      const closed = network.events[side].find(({ type }) => type === 'closed')
      assert.ok(closed?.type === 'closed' && closed.code === closeCodes.idle, JSON.stringify(closed))
      assert.ok(network.sessions[side].isOver)
    }
  })

  test('a close is said on every path, with its code and reason', () => {
    const network = new VirtualNetwork(10, { delay: 10, loss: 0.3 })
    network.run(300)
    network.sessions.a.close(0x101, 'moved house', network.now)
    network.run(2_000)
    const closed = network.events.b.find(({ type }) => type === 'closed')
    assert.deepEqual(closed, { type: 'closed', by: 'peer', code: 0x101, reason: 'moved house' })
    assert.ok(network.sessions.a.isOver && network.sessions.b.isOver)
    assert.equal(network.sessions.a.openStream({ class: 'call' }), undefined)
  })

  test('paths by which nothing gets through do not stop later ones', () => {
    const network = new VirtualNetwork(11, { delay: 10 })
    network.run(100)
    for (let round = 0; round < 4; round++) {
      for (let count = 0; count < 2; count++) {
        const broken = network.link({ delay: 10 })
        broken.isCut = true
        network.sessions.a.addPath(broken.routes.a, network.now)
      }
      const path = network.sessions.a.addPath(network.link({ delay: 10 }).routes.a, network.now)!
      network.run(30_000)
      assert.equal(pathOf(network, 'a', path).state, 'alive', `round ${round}`)
      assert.equal(pathOf(network, 'b', path).state, 'alive', `round ${round}`)
      network.sessions.a.removePath(path, network.now)
      network.run(100)
    }
    assert.equal(network.sessions.a.paths().length, 1)
    assert.equal(network.sessions.b.paths().length, 1)
  })
})

describe('paths of a busy host', () => {
  /** One stall in two seconds on either side, 60 ms on average, for two minutes; how often data was told to move. */
  const movesOn = (seed: number, second: LinkOptions): number => {
    const network = new VirtualNetwork(seed, { delay: 5, jitter: 1 })
    const { a, b } = network.sessions
    const link = network.link(second)
    network.run(200)
    a.addPath(link.routes.a, network.now)
    network.run(1000)
    const stream = a.openStream({ class: 'dialogue' })!
    network.heard.b = (event) => {
      if (event.type === 'readable') while (b.read(event.stream) instanceof Uint8Array);
    }
    const random = randomOf(seed)
    const start = network.now
    for (let at = 0; at < 120_000; at += 100)
      network.at(start + at, () => void a.write(stream, new Uint8Array(200), 'more'))
    for (let at = 0; at < 120_000; at -= Math.log(random()) * 2000) {
      const [side, length] = [random() < 0.5 ? ('a' as const) : ('b' as const), -Math.log(random()) * 60]
      network.at(start + at, () => {
        network.busyUntil[side] = network.now + length
      })
    }
    network.run(120_000)
    const events = [...network.events.a, ...network.events.b]
    assert.ok(events.some((event) => event.type === 'path' && event.state === 'suspect'))
    return events.filter(({ type }) => type === 'primary').length
  }
  for (const [name, second] of [
    ['two paths of datagrams', { delay: 6, jitter: 1 }],
    ['a path of datagrams, and one far longer', { delay: 25, jitter: 1 }],
    ['a path of datagrams and a connection', { delay: 5, kind: 'stream' }],
  ] as const)
    test(`of ${name}, one that was late with all others is as good as before`, () => {
      for (let seed = 1; seed <= 3; seed++) assert.equal(movesOn(seed, second), 2, 'that each end chose its first path')
    })

  test('one that is cut is told to be left as soon as another has answered', () => {
    const network = new VirtualNetwork(3, { delay: 5 })
    const link = network.link({ delay: 6 })
    network.run(200)
    const id = network.sessions.a.addPath(link.routes.a, network.now)!
    network.run(1000)
    let at = Infinity
    const { gap, missing } = gapOf(network, () => {
      network.links[0]!.isCut = true
      const cut = network.now
      network.heard.a = (event) => {
        if (event.type === 'primary' && event.path === id) at = Math.min(at, network.now - cut)
      }
    })
    assert.equal(missing, 0)
    assert.ok(gap < 80, String(gap))
    assert.ok(at < 150, String(at))
    assert.deepEqual([pathOf(network, 'a', id).primary, pathOf(network, 'a', 0).primary], [true, false])
  })
})
