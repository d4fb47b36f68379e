/** Negotiations: between two nodes, through every cut of the stream, and with peers that mean ill (RFC 8990 §2.5.5). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type ApiEffect,
  beginNegotiation,
  createNode,
  decodeMessage,
  defaultLimits,
  type Effect,
  encodeMessage,
  flagsOf,
  type Locator,
  type Message,
  type Negotiation,
  type NegotiationEvent,
  type Objective,
  objectiveValue,
  step,
  stepNegotiation,
  valueOctets,
} from '../src/index.ts'
import { negotiated, serve } from './asas.ts'
import { globalAddress, linkLocalAddress, VirtualNetwork } from './virtual-network.ts'

const to: Locator = { type: 'ipv6', address: globalAddress(1), protocol: 6, port: 40_001 }
const ended = (told: readonly ApiEffect[]): readonly string[] =>
  told.flatMap((effect) => (effect.type === 'negotiation-ended' ? [effect.code] : []))
const amount = (objective: Objective): number => Number(objectiveValue(objective))

/** The responder asks for `least` and comes down by halves; the initiator goes up by halves to `most`. */
function haggle(network: VirtualNetwork, most: number, least: number): void {
  const [initiator, responder] = [network.members[0]!, network.members[1]!]
  responder.onTold = (effect) => {
    if (effect.type !== 'negotiation-requested' && effect.type !== 'negotiation-offered') return
    const { handle, objective } = effect
    const offered = amount(objective)
    if (offered >= least) network.call(1, { type: 'accept', handle })
    else if (objective.loopCount <= 1) network.call(1, { type: 'decline', handle, reason: 'RESOURCE too little' })
    else {
      network.call(1, { type: 'wait', handle, waitingTime: 90_000 })
      network.call(1, { type: 'negotiate', handle, value: valueOctets(Math.ceil((offered + least) / 2)) })
    }
  }
  initiator.onTold = (effect) => {
    if (effect.type !== 'negotiation-offered') return
    const { handle, objective } = effect
    if (amount(objective) <= most) network.call(0, { type: 'accept', handle })
    else if (objective.loopCount <= 1) network.call(0, { type: 'decline', handle })
    else network.call(0, { type: 'negotiate', handle, value: valueOctets(most) })
  }
}

describe('two nodes', () => {
  test('agree after an offer and a wait, and both hold the same value', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 1, negotiated(0))
    haggle(network, 80, 90)
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(60), to })
    network.run(100)
    const results = network.members.map(({ told }) => told.find(({ type }) => type === 'negotiation-ended'))
    for (const result of results) {
      assert.ok(result?.type === 'negotiation-ended' && result.code === 'ok')
      assert.equal(amount(result.objective), 75)
    }
    assert.ok(network.members[0]!.told.some(({ type }) => type === 'negotiation-waits'))
    for (const { node } of network.members) assert.equal(node.connections.size + node.active.size, 0)
  })

  test('who cannot agree ends when the loop count does', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 1, negotiated(0))
    haggle(network, 10, 90)
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5), to })
    network.run(100)
    assert.deepEqual(
      network.members.map(({ told }) => ended(told)),
      [['declined'], ['declined']],
    )
    const offers = network.members.flatMap(({ told }) => told.filter(({ type }) => type === 'negotiation-offered'))
    assert.equal(offers.length, 5)
  })

  test('a dry run needs an ASA that said it can', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    const dry = { ...negotiated(1), flags: flagsOf('discovery', 'negotiation', 'dryRun') }
    serve(network, 1, negotiated(0))
    network.call(0, { type: 'request-negotiation', handle: 3, objective: dry, to })
    network.run(20)
    assert.deepEqual(ended(network.members[0]!.told), ['noPeer'])
    network.call(1, { type: 'deregister', handle: 4, asa: 'asa', name: 'EX3' })
    network.call(1, { type: 'deregister-asa', handle: 4, asa: 'asa' })
    serve(network, 1, dry)
    network.call(0, { type: 'request-negotiation', handle: 3, objective: dry, to })
    network.run(20)
    assert.ok(network.members[1]!.told.some(({ type }) => type === 'negotiation-requested'))
  })

  test('nobody listens: the connection is closed at once, and nobody there: it fails', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5), to })
    const nowhere: Locator = { ...to, address: globalAddress(77) }
    network.call(0, { type: 'request-negotiation', handle: 4, objective: negotiated(5), to: nowhere })
    network.run(20)
    assert.deepEqual(ended(network.members[0]!.told), ['noPeer', 'noPeer'])
  })

  test('without a locator the first one discovered is asked', () => {
    const network = new VirtualNetwork({
      nodes: 3,
      links: [
        [0, 2],
        [2, 1],
      ],
    })
    serve(network, 1, negotiated(0))
    haggle(network, 80, 50)
    network.call(0, { type: 'discover', handle: 3, objective: negotiated(60) })
    network.run(700)
    const questions = network.copies.get('0 0')
    network.call(0, { type: 'request-negotiation', handle: 4, objective: negotiated(60) })
    network.run(20)
    assert.deepEqual(ended(network.members[0]!.told), ['ok'])
    assert.equal(network.copies.get('0 0'), questions)
  })

  test('a thousand at once with one responder: none is lost', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 1, negotiated(0))
    haggle(network, 80, 50)
    for (let handle = 0; handle < 1000; handle++) {
      network.call(0, { type: 'request-negotiation', handle, objective: negotiated(60), to })
    }
    network.run(49)
    assert.deepEqual(new Set(ended(network.members[0]!.told)), new Set(['ok']))
    assert.equal(ended(network.members[0]!.told).length, 1000)
    for (const { node } of network.members) assert.equal(node.connections.size + node.negotiations.size, 0)
  })

  test('two ASAs with different objectives negotiate side by side', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    const other = { ...negotiated(0), name: 'EX4' }
    serve(network, 1, negotiated(0), 'one')
    serve(network, 1, other, 'two')
    network.call(0, { type: 'request-negotiation', handle: 1, objective: negotiated(1), to })
    network.call(0, { type: 'request-negotiation', handle: 2, objective: { ...other, value: valueOctets(2) }, to })
    network.run(20)
    const asas = network.members[1]!.told.flatMap((effect) =>
      effect.type === 'negotiation-requested' ? [[effect.asa, effect.objective.name]] : [],
    )
    assert.deepEqual(
      asas.sort((a, b) => (a.join() < b.join() ? -1 : 1)),
      [
        ['one', 'EX3'],
        ['two', 'EX4'],
      ],
    )
  })
})

describe('the stream', () => {
  const sessionId = 5
  /** What an initiator makes of a responder's `octets`, cut at `cuts`. */
  function play(octets: Uint8Array, cuts: readonly number[]): readonly unknown[] {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config: { drawSessionId: () => sessionId } })
    const { told } = network.members[0]!
    network.call(0, { type: 'request-negotiation', handle: 1, objective: negotiated(1), to })
    network.act(0, { type: 'connected', connection: 1 })
    const bounds = [0, ...cuts, octets.length]
    for (const [index, from] of bounds.slice(0, -1).entries()) {
      network.act(0, { type: 'received', connection: 1, octets: octets.subarray(from, bounds[index + 1]) })
    }
    return told.map((effect) => (effect.type === 'negotiation-offered' ? amount(effect.objective) : effect.type))
  }
  const messages: readonly Message[] = [
    { type: 'wait', sessionId, waitingTime: 1000 },
    { type: 'noop' },
    { type: 'wait', sessionId, waitingTime: 2000 },
    { type: 'negotiate', sessionId, objective: negotiated(2, 6) },
    { type: 'end', sessionId, option: 'decline', reason: 'no' },
  ]
  const octets = new Uint8Array(messages.flatMap((message) => [...encodeMessage(message)]))
  const expected = ['negotiation-waits', 'negotiation-waits', 2, 'negotiation-ended']

  test('means the same at every place where it may be cut, whole, and octet by octet', () => {
    for (let cut = 0; cut <= octets.length; cut++) assert.deepEqual(play(octets, [cut]), expected, `cut at ${cut}`)
    assert.deepEqual(play(octets, []), expected)
    assert.deepEqual(
      play(
        octets,
        Array.from({ length: octets.length - 1 }, (_, index) => index + 1),
      ),
      expected,
    )
  })

  test('means the same cut at any places', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: octets.length - 1 }), { maxLength: 12 })
    fc.assert(
      fc.property(cuts, (any) =>
        assert.deepEqual(
          play(
            octets,
            any.sort((a, b) => a - b),
          ),
          expected,
        ),
      ),
      { numRuns: 50 },
    )
  })
})

describe('what arrives on a connection', () => {
  const config = new VirtualNetwork({ nodes: 1, links: [] }).members[0]!.config
  const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
  function receive(octets: Uint8Array): { readonly effects: readonly Effect[]; readonly sent: readonly Message[] } {
    const node = createNode(config)
    step(node, { type: 'accepted', connection: 2, from, now: 0 }, config)
    const [, effects] = step(node, { type: 'received', connection: 2, octets, now: 0 }, config)
    const sent = effects.flatMap((effect) => (effect.type === 'send' ? [decodeMessage(effect.octets)] : []))
    return { effects, sent }
  }

  test('an unknown type is answered with M_INVALID and the session goes on (§2.8.12)', () => {
    const { effects, sent } = receive(Uint8Array.of(0x83, 0x0a, 0x07, 0x00))
    assert.equal(sent[0]?.type === 'invalid' && sent[0].sessionId, 7)
    assert.equal(effects.length, 1)
  })

  test('a broken message is answered and ends the connection; an M_INVALID never is answered', () => {
    const broken = receive(Uint8Array.of(0x82, 0x05, 0x07))
    assert.deepEqual(
      broken.effects.map(({ type }) => type),
      ['send', 'close'],
    )
    const invalid = receive(Uint8Array.of(0x83, 0x18, 99, 0x07, 0x80))
    assert.deepEqual(
      invalid.effects.map(({ type }) => type),
      ['close'],
    )
  })

  test('what is no CBOR, or longer than a message may be, ends it', () => {
    assert.deepEqual(receive(Uint8Array.of(0xff)).effects, [{ type: 'close', connection: 2 }])
    assert.deepEqual(receive(Uint8Array.of(0x59, 0x08, 0x01)).effects, [{ type: 'close', connection: 2 }])
  })

  test('a request with a session id that is ours just now is dropped (§2.8.6)', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 0, negotiated(0))
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5), to })
    const [sessionId] = network.members[0]!.node.active
    network.act(0, { type: 'accepted', connection: 1000, from })
    const octets = encodeMessage({ type: 'request-negotiation', sessionId: sessionId!, objective: negotiated(1) })
    network.act(0, { type: 'received', connection: 1000, octets })
    assert.equal(network.members[0]!.node.counters.clashes, 1)
    assert.ok(!network.members[0]!.told.some(({ type }) => type === 'negotiation-requested'))
  })

  test('a session id in use is not drawn; a generator that repeats itself is IDclash', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config: { drawSessionId: () => 5 } })
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5), to })
    const [told] = network.call(0, { type: 'request-negotiation', handle: 4, objective: negotiated(5), to })
    assert.ok(told?.type === 'done' && told.code === 'IDclash')
  })

  test('a silent connection is closed, and one too many is refused', () => {
    const limits = { ...defaultLimits, connections: 2, ownConnections: 0 }
    const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { limits } })
    for (const connection of [2, 4, 6]) network.act(0, { type: 'accepted', connection, from })
    const { node } = network.members[0]!
    assert.deepEqual([node.connections.size, node.counters.connectionsRefused], [2, 1])
    network.run(defaultLimits.firstMessageMs + 50)
    assert.equal(node.connections.size, 0)
  })

  test('a peer that opens as many as it can leaves room for others, and for what this node asks', () => {
    const limits = { ...defaultLimits, connections: 6, ownConnections: 2, connectionsOfPeer: 3 }
    const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { limits } })
    const { node } = network.members[0]!
    const other = { ...from, address: globalAddress(77) }
    const accept = (connection: number, peer: typeof from): boolean => {
      network.act(0, { type: 'accepted', connection, from: peer })
      return node.connections.has(connection)
    }
    assert.deepEqual(
      [2, 4, 6, 8].map((connection) => accept(connection, from)),
      [true, true, true, false],
    )
    assert.deepEqual([accept(10, other), accept(12, other)], [true, false])
    const told = network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5), to })
    assert.ok(!told.some(({ type }) => type === 'done'))
    network.act(0, { type: 'closed', connection: 2 })
    network.act(0, { type: 'closed', connection: 10 })
    assert.equal(accept(14, from), true)
    network.run(defaultLimits.firstMessageMs + 50)
    assert.equal(node.accepted.size, 0)
  })
})

describe('adversaries', () => {
  const limits = defaultLimits
  const begin = (turn: 'peer' | 'own'): Negotiation => beginNegotiation(turn, 1, negotiated(5), { now: 0 })
  const offer = (objective: Objective): NegotiationEvent => ({
    type: 'message',
    message: { type: 'negotiate', sessionId: 1, objective },
  })
  const codeOf = (negotiation: Negotiation, event: NegotiationEvent, now = 0): string | undefined =>
    stepNegotiation(negotiation, event, { now, limits })[1].flatMap((one) =>
      one.type === 'ended' ? [one.code] : [],
    )[0]

  test('a liar: an offer out of turn, of another objective, a dry run amid a live one, a loop count that does not fall', () => {
    const [second] = stepNegotiation(begin('peer'), offer(negotiated(6, 6)), { now: 0, limits })
    const [third] = stepNegotiation(second, { type: 'negotiate', value: valueOctets(1) }, { now: 0, limits })
    assert.equal(third.objective.loopCount, 5)
    assert.equal(codeOf(second, offer(negotiated(7, 5))), 'invalidNeg')
    assert.equal(codeOf(third, offer(negotiated(7, 5))), 'invalidNeg')
    assert.equal(codeOf(third, offer(negotiated(7, 4))), undefined)
    assert.equal(codeOf(third, offer({ ...negotiated(7, 4), name: 'EX4' })), 'invalidNeg')
    assert.equal(codeOf(third, offer({ ...negotiated(7, 4), flags: 11 })), 'invalidNeg')
    assert.equal(codeOf(begin('peer'), offer(negotiated(7, 7))), 'invalidNeg')
    const accept: NegotiationEvent = { type: 'message', message: { type: 'end', sessionId: 1, option: 'accept' } }
    assert.equal(codeOf(second, accept), 'invalidEnd')
    assert.equal(codeOf(third, accept), 'ok')
  })

  test('a replayer: messages of another session change nothing', () => {
    const old: NegotiationEvent = { type: 'message', message: { type: 'end', sessionId: 2, option: 'accept' } }
    const before = begin('peer')
    assert.deepEqual(stepNegotiation(before, old, { now: 0, limits }), [before, []])
  })

  test('a silent one: its turn ends at the deadline, and so does that of our own ASA', () => {
    assert.equal(codeOf(begin('peer'), { type: 'tick' }, 59_999), undefined)
    assert.equal(codeOf(begin('peer'), { type: 'tick' }, 60_000), 'noNegReply')
    assert.equal(codeOf(begin('own'), { type: 'tick' }, 60_000), 'noReply')
    assert.deepEqual(stepNegotiation(begin('own'), { type: 'tick' }, { now: 60_000, limits })[1], [
      { type: 'send', message: { type: 'end', sessionId: 1, option: 'decline', reason: 'no answer in time' } },
      { type: 'ended', code: 'noReply', reason: 'this side did not answer in time' },
    ])
  })

  test('one who waits for ever is believed only so often and so long', () => {
    let negotiation = begin('peer')
    const wait: NegotiationEvent = {
      type: 'message',
      message: { type: 'wait', sessionId: 1, waitingTime: 2 ** 32 - 1 },
    }
    for (let count = 0; count < limits.waits; count++) {
      ;[negotiation] = stepNegotiation(negotiation, wait, { now: 0, limits })
      assert.equal(negotiation.deadline, limits.waitMs)
    }
    assert.equal(codeOf(negotiation, wait), 'noNegReply')
  })

  test('a flapper: requests that open and vanish leave nothing behind', () => {
    const network = new VirtualNetwork({ nodes: 1, links: [[0]] })
    serve(network, 0, negotiated(0))
    const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
    for (let index = 1; index <= 500; index++) {
      const octets = encodeMessage({ type: 'request-negotiation', sessionId: index, objective: negotiated(1) })
      network.act(0, { type: 'accepted', connection: 2 * index, from })
      network.act(0, { type: 'received', connection: 2 * index, octets })
      network.act(0, { type: 'closed', connection: 2 * index })
    }
    const { node, told } = network.members[0]!
    assert.equal(ended(told).filter((code) => code === 'noPeer').length, 500)
    assert.equal(node.negotiations.size + node.connections.size, 0)
  })

  test('any events in any order: no throw, and the loop count, waits and deadlines let no negotiation last', () => {
    const sessionId = fc.constantFrom(1, 1, 1, 2)
    const objective = fc.record(
      {
        name: fc.constantFrom('EX3', 'EX3', 'EX4'),
        flags: fc.constantFrom(3, 3, 11),
        loopCount: fc.integer({ min: 0, max: 8 }),
        value: fc.constant(valueOctets(1)),
      },
      { noNullPrototype: true },
    )
    const message: fc.Arbitrary<Message> = fc.oneof(
      fc.record({
        type: fc.constantFrom('negotiate' as const, 'negotiate' as const, 'synch' as const),
        sessionId,
        objective,
      }),
      fc.record({ type: fc.constant('wait' as const), sessionId, waitingTime: fc.nat() }),
      fc.record({
        type: fc.constant('end' as const),
        sessionId,
        option: fc.constantFrom('accept' as const, 'decline' as const),
      }),
      fc.record({ type: fc.constant('invalid' as const), sessionId }),
      fc.constant({ type: 'noop' as const }),
    )
    const event: fc.Arbitrary<NegotiationEvent> = fc.oneof(
      { weight: 4, arbitrary: fc.record({ type: fc.constant('message' as const), message }) },
      { weight: 4, arbitrary: fc.constant({ type: 'negotiate' as const, value: valueOctets(2) }) },
      fc.record({ type: fc.constant('wait' as const), waitingTime: fc.nat() }),
      fc.constant({ type: 'tick' as const }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom('peer' as const, 'own' as const),
        fc.array(event, { maxLength: 60 }),
        (turn, events) => {
          let negotiation = begin(turn)
          for (const one of events) {
            const [next, actions] = stepNegotiation(negotiation, one, { now: 0, limits })
            assert.ok(next.objective.loopCount <= negotiation.objective.loopCount)
            assert.ok(next.steps <= 7 && next.waits <= limits.waits)
            if (actions.some(({ type }) => type === 'ended')) return
            negotiation = next
          }
          assert.notEqual(codeOf(negotiation, { type: 'tick' }, limits.waitMs + 60_000), undefined)
        },
      ),
      { numRuns: 300 },
    )
  })
})
