/** Discovery in a simulated network (RFC 8990 §2.5.4). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ApiEffect, decodeMessage, defaultLimits, encodeMessage, flagsOf, objectiveValue } from '../src/index.ts'
import { negotiated, registrationOf, serve, synchronised } from './asas.ts'
import { globalAddress, linkLocalAddress, VirtualNetwork } from './virtual-network.ts'

const found = (told: readonly ApiEffect[], handle: number): readonly Uint8Array[] =>
  told.flatMap((effect) =>
    effect.type === 'discovered' && effect.handle === handle && 'address' in effect.found.locator
      ? [effect.found.locator.address]
      : [],
  )
const code = (told: readonly ApiEffect[], handle: number): string | undefined =>
  told.flatMap((effect) => (effect.type === 'discovery-ended' && effect.handle === handle ? [effect.code] : []))[0]
const chain = (nodes: number): number[][] => Array.from({ length: nodes - 1 }, (_, index) => [index, index + 1])
const { value: _, ...wanted } = negotiated(0)

describe('on one link', () => {
  test('the locator comes with the first answer, long before the timeout', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 1, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(10)
    assert.deepEqual(found(network.members[0]!.told, 7), [globalAddress(1)])
    assert.equal(code(network.members[0]!.told, 7), undefined)
    network.run(600)
    assert.equal(code(network.members[0]!.told, 7), 'ok')
  })

  test('several responders are all told, and the cache answers the next time at once', () => {
    const network = new VirtualNetwork({ nodes: 4, links: [[0, 1, 2, 3]] })
    for (const index of [1, 2, 3]) serve(network, index, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.equal(found(network.members[0]!.told, 7).length, 3)
    const again = network.call(0, { type: 'discover', handle: 8, objective: wanted })
    assert.equal(found(again, 8).length, 3)
    assert.equal(code(again, 8), 'ok')
    assert.equal(network.copies.get('0 0'), 1)
  })

  test('what was learnt ends with its ttl; a longer minimum asks anew', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(1, { type: 'register-asa', handle: 1, asa: 'a' })
    const registration = { ...registrationOf(negotiated(1)), ttl: 5000 }
    network.call(1, { type: 'register', handle: 2, asa: 'a', registration })
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(1000)
    assert.equal(
      code(network.call(0, { type: 'discover', handle: 8, objective: wanted, minimumTtlMs: 6000 }), 8),
      undefined,
    )
    assert.equal(network.members[0]!.node.discovered.get('EX3', network.now), undefined)
    network.run(6000)
    assert.equal(found(network.call(0, { type: 'discover', handle: 9, objective: wanted }), 9).length, 0)
    assert.equal(network.copies.get('0 0'), 3)
  })

  test('nobody there: asked again with new session ids and doubled pauses, then noDiscReply', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(0, { type: 'discover', handle: 7, objective: wanted, timeoutMs: 5000 })
    network.run(5100)
    assert.equal(code(network.members[0]!.told, 7), 'noDiscReply')
    // At 0, 0.6, 1.8 and 4.2 seconds.
    assert.equal(network.copies.get('0 0'), 4)
    assert.equal(network.members[0]!.node.active.size, 0)
  })

  test('a lost question is repeated and answered', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], lossPercent: 60, seed: 5 })
    serve(network, 1, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted, timeoutMs: 60_000 })
    network.run(61_000)
    assert.deepEqual(found(network.members[0]!.told, 7), [globalAddress(1)])
  })

  test('what is not discoverable is not found', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(1, { type: 'register-asa', handle: 1, asa: 'a' })
    const registration = { ...registrationOf(negotiated(1)), discoverable: 'no' as const }
    network.call(1, { type: 'register', handle: 2, asa: 'a', registration })
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.equal(code(network.members[0]!.told, 7), 'noDiscReply')
  })

  test('in rapid mode the value comes with the response (§2.5.6.3), else it does not', () => {
    for (const rapid of ['on', 'off'] as const) {
      const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config: { rapid } })
      serve(network, 1, synchronised('here'))
      network.call(0, { type: 'discover', handle: 7, objective: synchronised(null) })
      network.run(50)
      const values = network.members[0]!.told.flatMap((effect) =>
        effect.type === 'synchronized' ? [objectiveValue(effect.objective)] : [],
      )
      assert.deepEqual(values, rapid === 'on' ? ['here'] : [])
    }
  })
})

test('a responder in rapid mode may send M_SYNCH at once, believed only for our own question', () => {
  const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { drawSessionId: () => 9 } })
  network.call(0, { type: 'discover', handle: 7, objective: synchronised(null) })
  const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
  for (const [connection, sessionId] of [
    [2, 8],
    [4, 9],
  ] as const) {
    network.act(0, { type: 'accepted', connection, from })
    const octets = encodeMessage({ type: 'synch', sessionId, objective: synchronised(sessionId) })
    network.act(0, { type: 'received', connection, octets })
  }
  const values = network.members[0]!.told.flatMap((effect) =>
    effect.type === 'synchronized' ? [objectiveValue(effect.objective)] : [],
  )
  assert.deepEqual(values, [9])
  assert.equal(network.members[0]!.node.connections.size, 0)
})

describe('through relays', () => {
  for (const hops of [1, 2, 5]) {
    test(`the first attempt finds the responder behind ${hops}`, () => {
      const network = new VirtualNetwork({ nodes: hops + 2, links: chain(hops + 2) })
      serve(network, hops + 1, negotiated(1))
      network.call(0, { type: 'discover', handle: 7, objective: wanted })
      network.run(700)
      assert.deepEqual(found(network.members[0]!.told, 7), [globalAddress(hops + 1)])
    })
  }

  test('not behind more relays than the loop count allows', () => {
    const network = new VirtualNetwork({ nodes: 8, links: chain(8) })
    serve(network, 7, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.equal(code(network.members[0]!.told, 7), 'noDiscReply')
  })

  test('a relay that knows answers by divert, without relaying again', () => {
    const network = new VirtualNetwork({
      nodes: 4,
      links: [
        [0, 1, 3],
        [1, 2],
      ],
    })
    serve(network, 2, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    network.call(3, { type: 'discover', handle: 7, objective: wanted })
    network.run(20)
    assert.deepEqual(found(network.members[3]!.told, 7), [globalAddress(2)])
    assert.equal(network.copies.get('1 1'), 1)
  })

  test('a relay that knows more locators than a message holds tells those that fit (§2.6)', () => {
    const responders = [2, 3, 4, 5, 6, 7, 8, 9]
    const links = [
      [0, 1],
      [1, ...responders],
    ]
    const network = new VirtualNetwork({ nodes: 10, links })
    for (const index of responders) {
      const locator = { type: 'uri', uri: `tcp://${index}.${'x'.repeat(300)}:1`, protocol: null, port: null } as const
      network.call(index, { type: 'register-asa', handle: 1, asa: 'a' })
      const registration = { ...registrationOf(negotiated(1)), locator }
      network.call(index, { type: 'register', handle: 2, asa: 'a', registration })
    }
    network.call(1, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    const told = (index: number) =>
      network.members[index]!.told.filter((effect) => effect.type === 'discovered' && effect.handle === 7).length
    assert.deepEqual([told(1), told(0)], [8, 6])
  })

  test('what was learnt on a link is not told on that link', () => {
    const network = new VirtualNetwork({ nodes: 3, links: [[0, 1, 2]] })
    serve(network, 2, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    network.call(2, { type: 'deregister', handle: 8, asa: 'asa', name: 'EX3' })
    network.call(1, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.equal(code(network.members[1]!.told, 7), 'noDiscReply')
  })

  test('of many responders a relay returns some and keeps some; the limits hold', () => {
    const limits = { ...defaultLimits, responsesPerRelay: 3, locatorsPerObjective: 5 }
    const responders = Array.from({ length: 12 }, (_, index) => index + 2)
    const links = [
      [0, 1],
      [1, ...responders],
    ]
    const network = new VirtualNetwork({ nodes: 14, links, config: { limits } })
    for (const index of responders) serve(network, index, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.equal(found(network.members[0]!.told, 7).length, 3)
    const known = network.call(1, { type: 'discover', handle: 8, objective: wanted })
    assert.equal(found(known, 8).length, 5)
  })

  test('in a ring each node relays once, and the responder answers once', () => {
    const links = Array.from({ length: 6 }, (_, index) => [index, (index + 1) % 6])
    const network = new VirtualNetwork({ nodes: 6, links })
    serve(network, 3, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.deepEqual(found(network.members[0]!.told, 7), [globalAddress(3)])
    for (const [key, copies] of network.copies) assert.equal(copies, 1, key)
  })

  test('a lossy mesh finds its responder in the end, whatever the seed', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const links = [
        [0, 1, 2],
        [1, 3],
        [2, 4],
        [3, 5, 6],
        [4, 5],
        [6, 7],
      ]
      const network = new VirtualNetwork({ nodes: 8, links, seed, lossPercent: 20 })
      serve(network, 7, negotiated(1))
      network.call(0, { type: 'discover', handle: 7, objective: wanted, timeoutMs: 10_000 })
      network.run(10_100)
      assert.deepEqual(found(network.members[0]!.told, 7), [globalAddress(7)], `seed ${seed}`)
    }
  })
})

describe('DULL (§2.5.2)', () => {
  const dull = { mode: 'dull', dullObjectives: ['EX3'] } as const
  const discovery = (loopCount: number): Uint8Array =>
    encodeMessage({
      type: 'discovery',
      sessionId: 9,
      initiator: globalAddress(5),
      objective: { name: 'EX3', flags: flagsOf('discovery'), loopCount },
    })

  test('questions go out with a loop count of 1, answers carry the link-local locator', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config: dull })
    serve(network, 1, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(10)
    assert.deepEqual(found(network.members[0]!.told, 7), [linkLocalAddress(1, 0)])
  })

  test('neither relays nor diverts', () => {
    const network = new VirtualNetwork({ nodes: 3, links: chain(3), config: dull })
    serve(network, 2, negotiated(1))
    network.call(0, { type: 'discover', handle: 7, objective: wanted })
    network.run(700)
    assert.equal(code(network.members[0]!.told, 7), 'noDiscReply')
    assert.equal(network.copies.get('1 1'), undefined)
  })

  test('another loop count, or a source that is not link-local, is dropped', () => {
    const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: dull })
    serve(network, 0, negotiated(1))
    const from = (address: Uint8Array): { address: Uint8Array; port: number; interface: number } => ({
      address,
      port: 1,
      interface: 0,
    })
    const { counters } = network.members[0]!.node
    network.act(0, { type: 'datagram', from: from(linkLocalAddress(5, 0)), octets: discovery(2) })
    network.act(0, { type: 'datagram', from: from(globalAddress(5)), octets: discovery(1) })
    assert.equal(counters.notAllowed, 2)
    network.act(0, { type: 'datagram', from: from(linkLocalAddress(5, 0)), octets: discovery(1) })
    assert.equal(counters.notAllowed, 2)
  })

  test('an objective that does not need DULL is dropped; those of the ACP and of BRSKI do', () => {
    const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { mode: 'dull' } })
    const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
    for (const [sessionId, name] of [
      [1, 'EX1'],
      [2, 'AN_ACP'],
      [3, 'AN_Proxy'],
    ] as const) {
      const octets = encodeMessage({
        type: 'flood',
        sessionId,
        initiator: linkLocalAddress(5, 0),
        ttl: 210_000,
        objectives: [{ objective: { ...synchronised('IKEv2', 1), name } }],
      })
      network.act(0, { type: 'datagram', from, octets })
    }
    const names = network.members[0]!.told.flatMap((effect) =>
      effect.type === 'flooded' ? effect.objectives.map(({ objective }) => objective.name) : [],
    )
    assert.deepEqual(names, ['AN_ACP', 'AN_Proxy'])
  })

  test('a connection from beyond the link, or from another one, is closed at once and fills no limit', () => {
    const limits = { ...defaultLimits, connections: 1, ownConnections: 0 }
    const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { ...dull, limits } })
    const { node } = network.members[0]!
    for (const [index, from] of [
      { address: globalAddress(5), port: 1, interface: 0 },
      { address: Uint8Array.of(127, 0, 0, 1), port: 1, interface: 0 },
      { address: linkLocalAddress(5, 0), port: 1, interface: 7 },
    ].entries()) {
      network.act(0, { type: 'accepted', connection: 2 + 2 * index, from })
      assert.equal(node.connections.size, 0)
      assert.equal(node.counters.notAllowed, index + 1)
    }
    network.act(0, {
      type: 'accepted',
      connection: 8,
      from: { address: linkLocalAddress(5, 0), port: 1, interface: 0 },
    })
    assert.equal(node.connections.size, 1)
    assert.equal(node.counters.connectionsRefused, 0)
  })

  test('an answer that leads beyond the link is dropped', () => {
    for (const locator of [
      { type: 'ipv6', address: globalAddress(1), protocol: 6, port: 80 },
      { type: 'ipv4', address: Uint8Array.of(203, 0, 113, 66), protocol: 6, port: 80 },
      { type: 'fqdn', name: 'example.net', protocol: 6, port: 80 },
      { type: 'uri', uri: 'https://example.net/', protocol: null, port: null },
    ] as const) {
      const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config: dull })
      network.call(1, { type: 'register-asa', handle: 1, asa: 'a' })
      const registration = { ...registrationOf(negotiated(1)), locator }
      network.call(1, { type: 'register', handle: 2, asa: 'a', registration })
      network.call(0, { type: 'discover', handle: 7, objective: wanted })
      network.run(700)
      assert.equal(code(network.members[0]!.told, 7), 'noDiscReply')
      assert.equal(network.members[0]!.node.discovered.get('EX3', network.now), undefined)
    }
  })

  test('requests are not taken', () => {
    const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: dull })
    serve(network, 0, negotiated(1))
    const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
    network.act(0, { type: 'accepted', connection: 2, from })
    const octets = encodeMessage({ type: 'request-negotiation', sessionId: 1, objective: negotiated(1) })
    network.act(0, { type: 'received', connection: 2, octets })
    assert.equal(network.members[0]!.node.connections.size, 0)
    assert.deepEqual(
      network.members[0]!.told.filter(({ type }) => type === 'negotiation-requested'),
      [],
    )
  })
})

test('a response that nobody asked for is not believed', () => {
  const network = new VirtualNetwork({ nodes: 1, links: [[0]] })
  const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
  network.act(0, { type: 'accepted', connection: 2, from })
  const octets = encodeMessage({
    type: 'response',
    sessionId: 1,
    initiator: globalAddress(0),
    ttl: 0,
    option: 'locators',
    locators: [{ type: 'ipv6', address: globalAddress(5), protocol: 6, port: 1 }],
  })
  assert.equal(decodeMessage(octets).type, 'response')
  network.act(0, { type: 'received', connection: 2, octets })
  assert.equal(code(network.call(0, { type: 'discover', handle: 7, objective: wanted }), 7), undefined)
  assert.equal(network.members[0]!.node.counters.notAllowed, 1)
})
