/** Requests that begin with a discovery, rapid mode, discoveries sent to one node, sizes (RFC 8990 §2.5.4.2, §2.5.5.1, §2.8.3). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type ApiEffect,
  decodeMessage,
  encodeMessage,
  type Locator,
  type Objective,
  objectiveValue,
  type Registration,
  valueOctets,
} from '../src/index.ts'
import { negotiated, registrationOf, serve, synchronised } from './asas.ts'
import { globalAddress, linkLocalAddress, VirtualNetwork } from './virtual-network.ts'

const locatorOf = (node: number): Locator => ({
  type: 'ipv6',
  address: globalAddress(node),
  protocol: 6,
  port: 40_000 + node,
})
const chain = [
  [0, 1],
  [1, 2],
]
const outcomes = (told: readonly ApiEffect[]): readonly string[] =>
  told.flatMap((effect) =>
    effect.type === 'negotiation-ended' || effect.type === 'done' || effect.type === 'discovery-ended'
      ? [effect.code]
      : effect.type === 'synchronized'
        ? [`value ${JSON.stringify(objectiveValue(effect.objective))}`]
        : [],
  )

/** Accepts every first offer. */
function acceptAll(network: VirtualNetwork, index: number): void {
  network.members[index]!.onTold = (effect) => {
    if (effect.type === 'negotiation-requested') network.call(index, { type: 'accept', handle: effect.handle })
  }
}

/** Messages that arrive at a node over connections, by type, from now on. */
function arrivals(network: VirtualNetwork, index: number): string[] {
  const types: string[] = []
  const { node } = network.members[index]!
  const original = network.act.bind(network)
  network.act = (to, event) => {
    if (to === index && event.type === 'received' && node.connections.has(event.connection)) {
      try {
        types.push(decodeMessage(event.octets).type)
      } catch {
        types.push('part') // the network cuts messages anywhere
      }
    }
    return original(to, event)
  }
  return types
}

describe('a request without a locator', () => {
  test('looks for a responder first, on the link or behind a relay, and then asks it', () => {
    for (const [links, responder] of [
      [[[0, 1]], 1],
      [chain, 2],
    ] as const) {
      const network = new VirtualNetwork({ nodes: 3, links })
      serve(network, responder, negotiated(0))
      acceptAll(network, responder)
      network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5) })
      network.run(700)
      assert.deepEqual(outcomes(network.members[0]!.told), ['ok'])
      assert.equal(network.members[0]!.node.active.size, 0)
    }
  })

  test('finds nobody: noDiscReply when the discovery is over', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(0, { type: 'synchronize', handle: 3, objective: synchronised(null) })
    network.run(500)
    assert.deepEqual(outcomes(network.members[0]!.told), [])
    network.run(200)
    assert.deepEqual(outcomes(network.members[0]!.told), ['noDiscReply'])
  })

  test('does not tell everybody what it will offer, outside rapid mode', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    let heard: Uint8Array | undefined
    const act = network.act.bind(network)
    network.act = (to, event) => {
      if (event.type === 'datagram') heard = event.octets
      return act(to, event)
    }
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5) })
    network.run(20)
    const message = decodeMessage(heard!)
    assert.ok(message.type === 'discovery' && message.objective.value === undefined)
  })
})

describe('a remembered locator that cannot be reached', () => {
  const register = (network: VirtualNetwork, index: number, objective: Objective, locator?: Locator): void => {
    const registration = { ...registrationOf(objective), ...(locator === undefined ? {} : { locator }) }
    network.call(index, { type: 'deregister-asa', handle: 1, asa: 'asa' })
    network.call(index, { type: 'register-asa', handle: 1, asa: 'asa' })
    network.call(index, { type: 'register', handle: 1, asa: 'asa', registration })
    for (const to of ['negotiation', 'synchronization'] as const)
      network.call(index, { type: 'listen', handle: 1, asa: 'asa', name: objective.name, to })
  }
  /** Node 0 knows where `objective` of the other nodes is served: nowhere. */
  const known = (nodes: number, objective: Objective): VirtualNetwork => {
    const network = new VirtualNetwork({ nodes, links: [Array.from({ length: nodes }, (_, index) => index)] })
    for (let index = 1; index < nodes; index++) register(network, index, objective, locatorOf(100 + index))
    network.call(0, { type: 'discover', handle: 1, objective })
    network.run(700)
    network.members[0]!.told.length = 0
    return network
  }
  const asked = (network: VirtualNetwork): readonly string[] => outcomes(network.members[0]!.told)

  for (const [type, objective, outcome] of [
    ['synchronize', synchronised('now'), 'value "now"'],
    ['request-negotiation', negotiated(5), 'ok'],
  ] as const) {
    test(`is forgotten, and the responder that was restarted looked for again: ${type}`, () => {
      const network = known(2, objective)
      register(network, 1, objective)
      acceptAll(network, 1)
      network.call(0, { type, handle: 3, objective })
      network.run(700)
      assert.deepEqual(asked(network), [outcome])
      assert.equal(network.copies.get('0 0'), 2)
      assert.equal(network.members[0]!.node.active.size, 0)
    })
  }

  test('gives way to the next one that is remembered', () => {
    const network = known(2, synchronised('now'))
    network.call(1, { type: 'deregister-asa', handle: 1, asa: 'asa' })
    network.members[0]!.node.discovered.set(
      'EX1',
      [locatorOf(101), locatorOf(102), locatorOf(1)].map((locator) => ({
        locator,
        expiresAt: network.now + 60_000,
        from: 'responder' as const,
      })),
      network.now + 60_000,
    )
    register(network, 1, synchronised('now'))
    network.call(0, { type: 'synchronize', handle: 3, objective: synchronised(null) })
    network.run(700)
    assert.deepEqual(asked(network), ['value "now"'])
    assert.equal(network.copies.get('0 0'), 1)
  })

  test('is looked for once only: a responder that is always elsewhere ends the request', () => {
    const network = known(4, synchronised('now'))
    network.call(0, { type: 'synchronize', handle: 3, objective: synchronised(null) })
    network.run(5000)
    assert.deepEqual(asked(network), ['sockErrSynRq'])
    assert.equal(network.copies.get('0 0'), 2)
  })

  test('is not asked again when it did not come up in time', () => {
    for (const [type, objective] of [
      ['synchronize', synchronised(null)],
      ['request-negotiation', negotiated(5)],
    ] as const) {
      const network = known(2, objective)
      network.call(0, { type, handle: 3, objective, timeoutMs: 0 })
      network.act(0, { type: 'tick' })
      assert.equal(asked(network).length, 1)
      assert.equal(network.members[0]!.node.discovered.get(objective.name, network.now), undefined)
    }
  })

  test('that the caller gave is asked alone, and forgotten where it was remembered too', () => {
    const network = known(2, synchronised('now'))
    network.call(0, { type: 'synchronize', handle: 3, objective: synchronised(null), to: locatorOf(101) })
    network.run(700)
    assert.deepEqual(asked(network), ['sockErrSynRq'])
    assert.equal(network.members[0]!.node.discovered.get('EX1', network.now), undefined)
  })
})

describe('rapid mode', () => {
  const config = { rapid: 'on' } as const

  test('a negotiation is answered without a response and a request (§2.5.5.1)', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config })
    serve(network, 1, negotiated(0))
    acceptAll(network, 1)
    const types = arrivals(network, 0)
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5) })
    network.run(20)
    assert.deepEqual(outcomes(network.members[0]!.told), ['ok'])
    assert.ok(!types.includes('response'), types.join())
    for (const { node } of network.members) assert.equal(node.connections.size + node.negotiations.size, 0)
    assert.equal(network.members[0]!.node.active.size, 0)
  })

  test('goes on as any negotiation does', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config })
    serve(network, 1, negotiated(0))
    network.members[1]!.onTold = (effect) => {
      if (effect.type === 'negotiation-requested') {
        network.call(1, { type: 'wait', handle: effect.handle, waitingTime: 90_000 })
        network.call(1, { type: 'negotiate', handle: effect.handle, value: valueOctets(7) })
      } else if (effect.type === 'negotiation-offered') network.call(1, { type: 'accept', handle: effect.handle })
    }
    network.members[0]!.onTold = (effect) => {
      if (effect.type === 'negotiation-offered')
        network.call(0, { type: 'negotiate', handle: effect.handle, value: valueOctets(6) })
    }
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5) })
    network.run(50)
    for (const { told } of network.members) {
      const end = told.find((effect) => effect.type === 'negotiation-ended')
      assert.ok(end?.type === 'negotiation-ended' && end.code === 'ok' && objectiveValue(end.objective) === 6)
    }
  })

  test('the first of several responders has it; the others see their peer go', () => {
    const network = new VirtualNetwork({ nodes: 3, links: [[0, 1, 2]], config })
    for (const index of [1, 2]) {
      serve(network, index, negotiated(0))
      acceptAll(network, index)
    }
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5) })
    network.run(50)
    assert.deepEqual(outcomes(network.members[0]!.told), ['ok'])
    for (const { node } of network.members) assert.equal(node.connections.size + node.negotiations.size, 0)
  })

  test('behind a relay, or at a responder without rapid mode, it becomes an ordinary one', () => {
    const network = new VirtualNetwork({ nodes: 3, links: chain, config })
    serve(network, 2, negotiated(0))
    acceptAll(network, 2)
    network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5) })
    network.run(700)
    assert.deepEqual(outcomes(network.members[0]!.told), ['ok'])
  })

  test('a synchronisation is over with the response (§2.5.6.3)', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]], config })
    serve(network, 1, synchronised('now'))
    network.call(0, { type: 'synchronize', handle: 3, objective: synchronised(null) })
    network.run(20)
    assert.deepEqual(outcomes(network.members[0]!.told), ['value "now"'])
    assert.equal(network.members[0]!.node.searches.size, 0)
  })
})

describe('a discovery sent to one node (§2.5.4.2)', () => {
  test('is answered on its connection, also by those behind the node', () => {
    for (const responder of [1, 2]) {
      const network = new VirtualNetwork({ nodes: 3, links: chain })
      serve(network, responder, negotiated(0))
      network.call(0, { type: 'discover', handle: 3, objective: negotiated(0), to: locatorOf(1), interface: 0 })
      network.run(700)
      const found = network.members[0]!.told.flatMap((effect) =>
        effect.type === 'discovered' && effect.found.locator.type === 'ipv6' ? [effect.found.locator.address] : [],
      )
      assert.deepEqual(found, [globalAddress(responder)])
      assert.equal(network.copies.get('0 0'), undefined)
      for (const { node } of network.members) assert.equal(node.connections.size, 0)
    }
  })

  test('ends when the node closes: it knows nobody and has no one to ask', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(0, { type: 'discover', handle: 3, objective: negotiated(0), to: locatorOf(1), interface: 0 })
    network.run(20)
    assert.deepEqual(outcomes(network.members[0]!.told), ['noDiscReply'])
  })

  test('is not taken in DULL', () => {
    const network = new VirtualNetwork({
      nodes: 1,
      links: [[0]],
      config: { mode: 'dull', dullObjectives: ['EX3'] },
    })
    serve(network, 0, negotiated(0))
    const from = { address: linkLocalAddress(5, 0), port: 1, interface: 0 }
    const objective = negotiated(0, 1)
    const octets = encodeMessage({ type: 'discovery', sessionId: 1, initiator: linkLocalAddress(5, 0), objective })
    network.act(0, { type: 'accepted', connection: 2, from })
    network.act(0, { type: 'received', connection: 2, octets })
    assert.equal(network.members[0]!.node.counters.notAllowed, 1)
    assert.equal(network.members[0]!.node.connections.size, 0)
  })
})

test('M_INVALID from an ASA ends the negotiation on both sides (RFC 8991 §2.3.9)', () => {
  const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
  serve(network, 1, negotiated(0))
  network.members[1]!.onTold = (effect) => {
    if (effect.type === 'negotiation-requested')
      network.call(1, { type: 'send-invalid', handle: effect.handle, content: valueOctets('a bid needs a currency') })
  }
  network.call(0, { type: 'request-negotiation', handle: 3, objective: negotiated(5), to: locatorOf(1) })
  network.run(20)
  for (const { told } of network.members) assert.ok(outcomes(told).includes('invalidNeg'))
})

describe('an objective that allows longer messages (§2.8.3)', () => {
  const long = synchronised('x'.repeat(5000))
  const registration: Registration = { ...registrationOf(long), maxSize: 8192 }

  test('has them where both sides registered it so', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    for (const index of [0, 1]) {
      network.call(index, { type: 'register-asa', handle: 1, asa: 'asa' })
      network.call(index, { type: 'register', handle: 1, asa: 'asa', registration })
    }
    network.call(1, { type: 'listen', handle: 1, asa: 'asa', name: 'EX1', to: 'synchronization' })
    network.call(0, { type: 'synchronize', handle: 3, objective: synchronised(null), to: locatorOf(1) })
    network.run(20)
    assert.ok(outcomes(network.members[0]!.told).includes(`value "${'x'.repeat(5000)}"`))
  })

  test('gives no other objective that right', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    network.call(1, { type: 'register-asa', handle: 1, asa: 'asa' })
    network.call(1, { type: 'register', handle: 1, asa: 'asa', registration })
    serve(network, 1, negotiated(0), 'other')
    const from = { address: linkLocalAddress(0, 0), port: 1, interface: 0 }
    const objective = negotiated('y'.repeat(3000))
    network.act(1, { type: 'accepted', connection: 1002, from })
    network.act(1, {
      type: 'received',
      connection: 1002,
      octets: encodeMessage({ type: 'request-negotiation', sessionId: 1, objective }),
    })
    assert.ok(network.members[1]!.told.every(({ type }) => type !== 'negotiation-requested'))
    assert.equal(network.members[1]!.node.connections.size, 0)
  })

  test('is refused beyond what one fetches from a URI', () => {
    const network = new VirtualNetwork({ nodes: 1, links: [[0]] })
    network.call(0, { type: 'register-asa', handle: 1, asa: 'asa' })
    const tooLong = { ...registration, maxSize: 70_000 }
    assert.throws(() => network.call(0, { type: 'register', handle: 1, asa: 'asa', registration: tooLong }), RangeError)
  })
})
