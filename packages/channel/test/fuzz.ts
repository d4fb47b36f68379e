/**
 * What strangers, and peers that lie, may send to a live session. Strangers: packets of the session changed in any way,
 * or repeated, by any route. Peers: any frames, properly encrypted.
 */
import assert from 'node:assert/strict'
import { Lasting } from '../src/session/lasting.ts'
import { frameType } from '../src/session/frame-type.ts'
import { defaultLimits } from '../src/session/limits.ts'
import { Sealer } from '../src/session/sealer.ts'
import { Resumption, type Ticket, TicketTable, hybridSuite } from '../src/index.ts'
import { collect, feed } from './collect.ts'
import { nodeCrypto } from './node-crypto.ts'
import { establishedPair, octetsOf, randomOf, type Side, VirtualNetwork } from './virtual-network.ts'

/** `count` packets that were changed go to a session that carries data meanwhile; none is accepted, all data arrives. */
export function fuzz(count: number, seed: number): { injected: number; accepted: number; octets: number } {
  const network = new VirtualNetwork(seed, { delay: 2, loss: 0.01 })
  const { random } = network
  const strange = network.link({ delay: 1 })
  const seen: { to: Side; octets: Uint8Array }[] = []
  const done = { injected: 0, accepted: 0 }
  network.tamper = (octets, from) => {
    const to: Side = from === 'a' ? 'b' : 'a'
    seen[Math.floor(random() * 64)] = { to, octets: octets.slice() }
    return octets
  }
  const inject = (): void => {
    for (let burst = 0; burst < 50 && done.injected < count; burst++, done.injected++) {
      const packet = seen[Math.floor(random() * 64)] ?? { to: 'b' as const, octets: octetsOf(random, 50) }
      const link = random() < 0.5 ? strange : network.links[0]!
      const to: Side = random() < 0.9 ? packet.to : random() < 0.5 ? 'a' : 'b'
      const changed = mutated(packet.octets, random)
      if (network.sessions[to].receive(link.routes[to], changed, network.now) === 'accepted') done.accepted++
    }
  }
  const got = collect(network, 'b')
  let octets = 0
  while (done.injected < count) {
    const content = octetsOf(random, 20_000)
    const stream = network.sessions.a.openStream({ class: 'call' })!
    const write = feed(network, 'a', stream, content)
    network.run(200, () => {
      write()
      inject()
    })
    network.run(5_000, write)
    assert.deepEqual(got.get(stream), { octets: content, isAtEnd: true }, `seed ${seed}: the stream is not whole`)
    network.sessions.b.write(stream, new Uint8Array(0), 'fin')
    octets += content.length
  }
  for (const side of ['a', 'b'] as const) {
    assert.ok(!network.events[side].some(({ type }) => type === 'closed' || type === 'rebound'), `seed ${seed}`)
  }
  return { ...done, octets }
}

/** Never the same as `octets`. */
function mutated(octets: Uint8Array, random: () => number): Uint8Array {
  const changed = octets.slice()
  const at = Math.floor(random() * octets.length)
  switch (Math.floor(random() * 5)) {
    case 0:
      changed[at]! ^= 1 + Math.floor(random() * 255)
      return changed
    case 1:
      return changed.subarray(0, at)
    case 2:
      return Uint8Array.from([...changed, ...octetsOf(random, 1 + Math.floor(random() * 40))])
    case 3:
      for (let index = 0; index < 4; index++) changed[9 + index]! ^= Math.floor(random() * 256)
      changed[at]! ^= 0x80
      return changed
    default:
      return octetsOf(random, Math.floor(random() * 1300))
  }
}

/** A peer that holds the keys and sends what it likes. */
export function peerOf(seed: number, role: 'initiator' | 'responder', now: number): (frames: Uint8Array) => Uint8Array {
  const { initiator, responder } = establishedPair(seed, undefined)
  const own = role === 'initiator' ? initiator : responder
  const keys = new Lasting(nodeCrypto, own, new Uint8Array(32)).firstPhase(nodeCrypto, role)
  const sealer = new Sealer(nodeCrypto, keys, defaultLimits, now)
  let number = 1_000_000
  return (frames) => {
    const draft = new Uint8Array(13 + frames.length)
    draft.set(frames, 13)
    return sealer.seal(draft, 0, [], own.remoteConnectionId, 0, number++)
  }
}

/** `count` packets of random frames from a peer: each is taken or ends the session, and none makes it throw. */
export function fuzzFrames(count: number, seed: number): { packets: number; closed: number } {
  const random = randomOf(seed)
  let packets = 0
  let closed = 0
  const types = Object.values(frameType)
  while (packets < count) {
    const network = new VirtualNetwork(seed, { delay: 2 })
    const seal = peerOf(seed, 'initiator', network.now)
    network.sessions.b.openStream({ class: 'call' })
    for (let alive = true; alive && packets < count; packets++) {
      const frames = octetsOf(random, 1 + Math.floor(random() * 60)).map((octet, index) =>
        index === 0 ? types[Math.floor(random() * types.length)]! | (octet & 3) : random() < 0.5 ? octet & 7 : octet,
      )
      network.sessions.b.receive(network.links[0]!.routes.b, seal(frames), network.now)
      network.now += random() * 20
      network.sessions.b.tick(network.now)
      while (network.sessions.b.transmit(network.now) !== undefined);
      alive = !network.sessions.b.events().some(({ type }) => type === 'closed')
    }
    closed++
  }
  return { packets, closed }
}

/** `count` replays of first messages of a resumption, some changed: how many are accepted a second time. */
export function replayTickets(count: number, seed: number): { replays: number; accepted: number } {
  const random = randomOf(seed)
  const table = new TicketTable<number>()
  const config = {
    crypto: nodeCrypto,
    connectionId: octetsOf(random, 8),
    random: octetsOf(random, 32),
    context: new Uint8Array(0),
  }
  const used: Uint8Array[] = []
  for (let number = 0; number < 100; number++) {
    const ticket: Ticket = {
      id: octetsOf(random, 16),
      secret: octetsOf(random, 32),
      expires: 1e9,
      remoteStatic: octetsOf(random, 32),
      suite: hybridSuite,
    }
    table.add(ticket, number)
    const { hello } = new Resumption({ ...config, ticket, early: octetsOf(random, 100) })
    assert.equal(table.resume(hello, { ...config, now: 0 }).type, 'resumed')
    used.push(hello)
  }
  let accepted = 0
  for (let number = 0; number < count; number++) {
    const hello = used[Math.floor(random() * used.length)]!
    const message = random() < 0.5 ? hello : mutated(hello, random)
    if (table.resume(message, { ...config, now: 20 * random() * 1000 }).type === 'resumed') accepted++
  }
  return { replays: count, accepted }
}
