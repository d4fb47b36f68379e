/** Sessions over a radio that sleeps, against the same that send at once. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AccessProfile, accessProfiles, Radio, type TrafficClass } from '../../src/index.ts'
import { collect, feed } from '../collect.ts'
import { VirtualNetwork } from '../virtual-network.ts'
import { type Delivered, World, type WorldOptions } from './world.ts'

const { wifi, lte } = accessProfiles
const minute = 60_000

/** Random messages of every class from both sides, the same for a seed; every tolerant one has its own deadline. */
function messagesOf(
  options: WorldOptions,
  minutes = 20,
): { readonly messages: readonly Delivered[]; readonly world: World } {
  const world = new World(options)
  world.run(minute)
  const { random } = new World({ ...options, seed: options.seed + 7 }) // so that both modes write the same
  const end = world.now + minutes * minute
  let at = world.now
  while ((at += 1 + 8000 * random() ** 2) < end) {
    const name: TrafficClass = (['telemetry', 'telemetry', 'telemetry', 'bulk', 'call', 'control'] as const)[
      Math.floor(6 * random())
    ]!
    const within = name === 'control' || name === 'call' ? 2000 : 100_000 * random() ** 3
    const [pair, octets] = [Math.floor(3 * random()), 500 + Math.floor(600 * random())]
    const [from, way] = [random() < 0.6 ? 'agent' : 'peer', random() < 0.5 ? 'stream' : 'datagram'] as const
    world.at(at, () => world[way](from, pair, name, within, octets))
  }
  world.run(end - world.now + 3 * minute)
  return { messages: world.messages(), world }
}

/** Milliseconds from writing to arrival where nothing is held and the radio sleeps. */
const ownTime = ({ from }: Delivered, profile: AccessProfile, delay: number): number =>
  delay + profile.wakeMs + (from === 'peer' ? profile.wakePeriod : 0) + 1

describe('a radio that sleeps', () => {
  for (const [name, delay] of [
    ['wifi', 3],
    ['lte', 30],
    ['geo', 300],
  ] as const) {
    test(`over ${name}, no deadline is missed that a sleeping radio can meet, nothing waits longer than it may`, () => {
      const profile = accessProfiles[name]
      for (let seed = 1; seed <= 4; seed++) {
        const { messages, world } = messagesOf({ seed, profile, mode: 'told', sessions: 3, delay })
        assert.ok(messages.length > 200)
        let waited = 0
        for (const message of messages) {
          const own = ownTime(message, profile, delay)
          const took = message.at - message.writtenAt
          const isTolerant = message.class === 'telemetry' || message.class === 'bulk'
          const what = `seed ${seed}: ${JSON.stringify(message)}`
          if (message.deadline - message.writtenAt >= own) assert.ok(message.at <= message.deadline, `late, ${what}`)
          if (!isTolerant) assert.ok(took <= own, `an urgent one waited, ${what}`)
          if (message.at !== Infinity) assert.ok(took <= profile.holdAtMost + own + 1000, `too long, ${what}`)
          if (took > own) waited++
        }
        assert.ok(waited > 30, `${waited} waited`)
        const atOnce = messagesOf({ seed, profile, mode: 'at once', sessions: 3, delay }).world
        const [less, more] = [world, atOnce].map(({ meter, now }) => meter.consumption(now))
        assert.ok(
          less!.wakes < 0.7 * more!.wakes && less!.joules < more!.joules,
          `${less!.wakes} of ${more!.wakes} wakes`,
        )
      }
    })
  }

  test('of a peer that sleeps no more leaves no timer that rings for ever', () => {
    const world = new World({ seed: 3, profile: lte, mode: 'told', sessions: 1, delay: 30 })
    world.run(minute)
    const peer = world.ends.find(({ side }) => side === 'peer')!.session
    world.datagram('peer', 0, 'telemetry', 10 * minute)
    world.run(1000)
    assert.equal(world.messages()[0]!.at, Infinity, 'it is held')
    peer.sleep.ofPeer(undefined)
    let now = world.now
    for (let turn = 0; turn < 200 && now < world.now + 3 * minute; turn++) {
      now = Math.max(now, peer.deadline())
      peer.tick(now)
      while (peer.transmit(now) !== undefined);
    }
    assert.ok(now >= world.now + 3 * minute || peer.isOver, `200 turns in ${Math.round(now - world.now)} ms`)
  })

  test('wakes once a beat for the keepalives of all its sessions', () => {
    const world = new World({ seed: 3, profile: wifi, mode: 'told', sessions: 10, delay: 3 })
    world.run(minute)
    const before = world.meter.consumption(world.now).wakes
    world.run(100 * wifi.beat)
    const wakes = world.meter.consumption(world.now).wakes - before
    assert.ok(wakes >= 99 && wakes <= 101, `${wakes} wakes in 100 beats`)
  })

  test('keeps its binding in a NAT that forgets after 30 s, so that calls from outside get in', () => {
    const shutOut = (beat: number): { readonly lost: number; readonly shutOut: number } => {
      const profile = { ...lte, beat }
      const world = new World({ seed: 4, profile, mode: 'told', sessions: 2, delay: 30, natForgets: 30_000 })
      world.run(minute)
      world.shutOut = 0
      for (let call = 1; call <= 60; call++)
        world.at(world.now + call * 47_000, () => world.datagram('peer', call % 2, 'call', 5000))
      world.run(50 * minute)
      return { lost: world.messages().filter(({ at }) => at === Infinity).length, shutOut: world.shutOut }
    }
    assert.deepEqual(shutOut(lte.beat), { lost: 0, shutOut: 0 })
    assert.ok(shutOut(40_000).lost > 0, 'the NAT does forget')
  })

  test('takes what its peers have for it while it is awake', () => {
    const world = new World({ seed: 5, profile: lte, mode: 'told', sessions: 1, delay: 30 })
    world.run(2 * minute)
    world.datagram('peer', 0, 'telemetry', Infinity)
    world.run(1000)
    assert.equal(world.messages()[0]!.at, Infinity)
    world.datagram('agent', 0, 'call', Infinity)
    world.run(500)
    assert.ok(world.messages()[0]!.at < Infinity)
  })
})

test('where both sides sleep, one of them keeps the path alive, on its own beat', () => {
  const network = new VirtualNetwork(10, { delay: 5 })
  for (const [side, other, phase] of [
    ['a', 'b', 0],
    ['b', 'a', 9000],
  ] as const) {
    Object.assign(network.links[0]!.routes[side], { radio: new Radio({ plan: wifi, of: 'here', phase }) })
    network.sessions[other].sleep.ofPeer(wifi)
  }
  network.run(minute)
  let packets = 0
  network.tamper = (octets) => {
    packets++
    return octets
  }
  network.run(40 * wifi.beat)
  assert.equal(packets, 80, 'a probe and its answer each')
})

test('what waits for a path goes by another when that one is left', () => {
  const network = new VirtualNetwork(11, { delay: 5 })
  const radio = new Radio({ plan: lte, of: 'here', joules: 9 })
  Object.assign(network.links[0]!.routes.a, { radio })
  network.sessions.b.sleep.ofPeer(lte)
  network.run(2 * minute)
  const { a } = network.sessions
  a.sendDatagram(new Uint8Array(10), { class: 'telemetry' })
  network.run(1000)
  const awake = network.link({ delay: 5 })
  const path = a.addPath(awake.routes.a, network.now)!
  network.run(1000)
  a.setStatus(0, 'standby', network.now)
  network.run(3 * minute)
  assert.ok(network.events.b.some(({ type }) => type === 'datagram'))
  assert.equal(a.paths().find(({ primary }) => primary)?.path, path)
  assert.ok(network.overdue < 100, `${network.overdue} timers were past`)
})

test('what waits goes before the session closes', () => {
  const network = new VirtualNetwork(9, { delay: 5 })
  Object.assign(network.links[0]!.routes.a, { radio: new Radio({ plan: lte, of: 'here' }) })
  network.sessions.b.sleep.ofPeer(lte)
  network.run(2 * minute)
  const { a } = network.sessions
  a.sendDatagram(new Uint8Array(10), { class: 'telemetry' })
  network.run(1000)
  assert.equal(a.sleep.end(), 'something waits')
  for (let out; (out = a.transmit(network.now)) !== undefined;) network.send(network.links[0]!, 'a', out.octets)
  a.close(0, 'done', network.now)
  network.run(1000)
  assert.deepEqual(
    network.events.b.flatMap(({ type }) => (type === 'datagram' || type === 'closed' ? [type] : [])),
    ['datagram', 'closed'],
  )
  assert.equal(a.sleep.end(), 'nothing waits')
})

test('a dead path is probed as soon as that of a radio that never sleeps, when something urgent waits', () => {
  const backAfter = (plan?: AccessProfile): number => {
    const network = new VirtualNetwork(12, { delay: 5 })
    if (plan !== undefined) {
      Object.assign(network.links[0]!.routes.a, { radio: new Radio({ plan, of: 'here' }) })
      network.sessions.b.sleep.ofPeer(plan)
    }
    network.run(2 * minute)
    let isCut = true
    let back = Infinity
    network.tamper = (octets) => {
      if (isCut) return undefined
      back = Math.min(back, network.now)
      return octets
    }
    const { a } = network.sessions
    a.write(a.openStream({ class: 'call', deadline: Infinity })!, new Uint8Array(10), 'fin')
    network.run(6000)
    isCut = false
    const from = network.now
    network.run(minute)
    return back - from
  }
  assert.ok(backAfter(lte) <= backAfter() + 250)
})

describe('of two radios', () => {
  /** Sleeps little, so that a short test has wakes. */
  const plan = { awakeFor: 50, wakeMs: 10, wakePeriod: 10, beat: 5000, holdAtMost: 500 }
  function twoRadios(slow: number): VirtualNetwork {
    const network = new VirtualNetwork(8, { delay: slow })
    const quick = network.link({ delay: 10 })
    Object.assign(network.links[0]!.routes.a, { radio: new Radio({ plan, of: 'here', joules: 1 }) })
    Object.assign(quick.routes.a, { radio: new Radio({ plan, of: 'here', joules: 12 }) })
    network.run(50)
    network.sessions.a.addPath(quick.routes.a, network.now)
    network.run(3000)
    return network
  }
  const primary = (network: VirtualNetwork): number | undefined =>
    network.sessions.a.paths().find((path) => path.primary)?.path

  test('the one that takes fewer joules carries everything, if it is quick enough', () => {
    const network = twoRadios(40)
    network.sessions.a.sendDatagram(new Uint8Array(100), { class: 'control', deadline: network.now + 200 })
    network.run(2000)
    assert.equal(primary(network), 2, 'a control message has 30 ms')
    const call = twoRadios(40)
    call.sessions.a.sendDatagram(new Uint8Array(100), { class: 'call' })
    call.run(2000)
    assert.equal(primary(call), 0, 'a call has 300 ms')
  })

  test('none carries anything while there is a wire that is quick enough', () => {
    const network = new VirtualNetwork(8, { delay: 5 })
    Object.assign(network.links[0]!.routes.a, { radio: new Radio({ plan, of: 'here', joules: 1 }) })
    network.run(50)
    const wire = network.link({ delay: 5 })
    const path = network.sessions.a.addPath(wire.routes.a, network.now)
    network.run(3000)
    assert.equal(primary(network), path)
  })

  test('what is tolerant goes by the cheap one while urgent content needs the quick one', () => {
    const network = twoRadios(200)
    const got = collect(network, 'b')
    for (let ms = 0; ms < 5000; ms += 100)
      network.at(network.now + ms, () =>
        network.sessions.a.sendDatagram(new Uint8Array(100), { class: 'control', deadline: network.now + 100 }),
      )
    network.run(1000)
    const before = network.links.map(({ octets }) => octets)
    const bulk = network.sessions.a.openStream({ class: 'bulk' })!
    const write = feed(network, 'a', bulk, new Uint8Array(50_000))
    network.run(15_000, write)
    const [slow, quick] = network.links.map(({ octets }, index) => octets - before[index]!)
    assert.equal(got.get(bulk)?.isAtEnd, true)
    assert.ok(slow! > 50_000 && quick! < 20_000, `${slow} and ${quick} octets`)
    assert.equal(primary(network), 2)
  })

  test('urgent content leaves the quick one some time after it was the last that needed it', () => {
    const network = twoRadios(40)
    const send = (name: TrafficClass): boolean => network.sessions.a.sendDatagram(new Uint8Array(100), { class: name })
    send('control')
    network.run(1000)
    assert.equal(primary(network), 2)
    for (let count = 0; count < 5; count++) {
      network.run(40_000)
      send('call')
    }
    network.run(1000)
    assert.equal(primary(network), 0)
  })
})
