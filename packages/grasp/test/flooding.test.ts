/** Floods and synchronisation in a simulated network (RFC 8990 §2.5.6). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  defaultLimits,
  encodeMessage,
  floodedObjectives,
  type Locator,
  objectiveValue,
  type TaggedObjective,
} from '../src/index.ts'
import { negotiated, serve, synchronised } from './asas.ts'
import { globalAddress, linkLocalAddress, VirtualNetwork } from './virtual-network.ts'

const size = 30
const shapes = {
  chain: Array.from({ length: size - 1 }, (_, index) => [index, index + 1]),
  ring: Array.from({ length: size }, (_, index) => [index, (index + 1) % size]),
  mesh: Array.from({ length: size }, (_, index) => [
    [index, (index + 1) % size],
    [index, (index + 7) % size],
    [index, (index + 11) % size],
  ]).flat(),
}
const floodOf = (
  value: string,
  loopCount = 40,
): { readonly ttl: number; readonly objectives: readonly TaggedObjective[] } => ({
  ttl: 60_000,
  objectives: [{ objective: synchronised(value, loopCount) }],
})

describe('a flood', () => {
  for (const [shape, links] of Object.entries(shapes)) {
    test(`reaches each of ${size} nodes in a ${shape} once, one copy per link direction at most`, () => {
      const network = new VirtualNetwork({ nodes: size, links })
      serve(network, 4, synchronised('x'))
      network.call(4, { type: 'flood', handle: 1, asa: 'asa', ...floodOf('news') })
      network.run(400)
      for (const { index, told, node } of network.members) {
        const floods = told.filter(({ type }) => type === 'flooded')
        assert.equal(floods.length, index === 4 ? 0 : 1, `node ${index}`)
        if (index !== 4) {
          const [entry] = floodedObjectives(node, 'EX1', network.now)
          assert.equal(entry && objectiveValue(entry.objective), 'news')
        }
      }
      for (const [key, copies] of network.copies) assert.equal(copies, 1, key)
      const arrived = network.members.reduce((sum, { node }) => sum + node.counters.floodsReceived, 0)
      const again = network.members.reduce((sum, { node }) => sum + node.counters.duplicates, 0)
      const sent = [...network.copies.values()].reduce((sum, one) => sum + one, 0)
      assert.equal(arrived, size - 1)
      assert.equal(again, sent - arrived)
    })
  }

  test('goes no further than its loop count', () => {
    const network = new VirtualNetwork({ nodes: 6, links: shapes.chain.slice(0, 5) })
    serve(network, 0, synchronised('x'))
    network.call(0, { type: 'flood', handle: 1, asa: 'asa', ...floodOf('near', 3) })
    network.run(100)
    assert.deepEqual(
      network.members.map(({ told }) => told.filter(({ type }) => type === 'flooded').length),
      [0, 1, 1, 1, 0, 0],
    )
  })

  test('is kept for its ttl; 0 is for ever; the same locator overwrites, another adds', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 0, synchronised('x'))
    const locator = (port: number): Locator => ({ type: 'fqdn', name: 'a.example', protocol: 6, port })
    const flood = (value: string, port: number, ttl: number): void => {
      const objectives = [{ objective: synchronised(value), locator: locator(port) }]
      const told = network.call(0, { type: 'flood', handle: 1, asa: 'asa', ttl, objectives })
      assert.equal(told[0]?.type === 'done' && told[0].code, 'ok')
      network.run(20)
    }
    const values = (): unknown[] =>
      floodedObjectives(network.members[1]!.node, 'EX1', network.now).map(({ objective }) => objectiveValue(objective))
    flood('one', 1, 1000)
    flood('two', 2, 0)
    assert.deepEqual(values(), ['one', 'two'])
    flood('three', 1, 1000)
    assert.deepEqual(values(), ['two', 'three'])
    network.run(2000)
    assert.deepEqual(values(), ['two'])
    assert.equal(network.members[1]!.node.floods.size, 1)
  })

  test('with a link-local locator must stay on its link', () => {
    const network = new VirtualNetwork({ nodes: 1, links: [[0]] })
    const { counters } = network.members[0]!.node
    for (const [loopCount, refused] of [
      [2, 1],
      [1, 1],
    ] as const) {
      const octets = encodeMessage({
        type: 'flood',
        sessionId: loopCount,
        initiator: globalAddress(3),
        ttl: 0,
        objectives: [
          {
            objective: synchronised('x', loopCount),
            locator: { type: 'ipv6', address: linkLocalAddress(3, 0), protocol: 17, port: 1 },
          },
        ],
      })
      network.act(0, { type: 'datagram', from: { address: linkLocalAddress(3, 0), port: 1, interface: 0 }, octets })
      assert.equal(counters.notAllowed, refused)
    }
    assert.equal(counters.floodsReceived, 1)
  })

  test('of our own is refused when it is not ours, not for synchronisation, or too long for a packet', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    const flood = (value: string, asa = 'asa'): unknown =>
      network
        .call(0, { type: 'flood', handle: 1, asa, ttl: 0, objectives: [{ objective: synchronised(value) }] })
        .map((effect) => effect.type === 'done' && effect.code)[0]
    assert.equal(flood('x'), 'noASA')
    serve(network, 0, negotiated(1))
    assert.equal(flood('x'), 'notYourObj')
    const told = network.call(0, {
      type: 'flood',
      handle: 1,
      asa: 'asa',
      ttl: 0,
      objectives: [{ objective: negotiated(1) }],
    })
    assert.equal(told[0]?.type === 'done' && told[0].code, 'notFloodDisc')
    serve(network, 0, synchronised('x'), 'other')
    assert.equal(flood('x'.repeat(1300), 'other'), 'CBORfail')
    assert.equal(network.copies.size, 0)
    assert.equal(flood('x'.repeat(1100), 'other'), 'ok')
  })
})

test('floods at ten thousand a second from one neighbour: a few pass, another neighbour is still heard', () => {
  const network = new VirtualNetwork({ nodes: 2, links: [[0], [0, 1]] })
  const { node } = network.members[0]!
  const bad = { address: linkLocalAddress(9, 0), port: 1, interface: 0 }
  const count = 2000
  for (let index = 0; index < count; index++) {
    const octets = encodeMessage({
      type: 'flood',
      sessionId: index,
      initiator: globalAddress(9),
      ...floodOf(`${index}`),
    })
    network.now += 0.1
    network.act(0, { type: 'datagram', from: bad, octets })
  }
  const { multicastBurst, multicastsPerSecond } = defaultLimits
  assert.ok(node.counters.floodsReceived <= multicastBurst + multicastsPerSecond + 1, `${node.counters.floodsReceived}`)
  assert.equal(node.counters.rateLimited, count - node.counters.floodsReceived)
  assert.equal(network.copies.get('1 0'), node.counters.floodsReceived)
  const octets = encodeMessage({ type: 'flood', sessionId: 1, initiator: globalAddress(8), ...floodOf('good') })
  const before = node.counters.floodsReceived
  network.act(0, { type: 'datagram', from: { ...bad, address: linkLocalAddress(8, 0) }, octets })
  assert.equal(node.counters.floodsReceived, before + 1)
})

describe('synchronisation', () => {
  test('brings the value that is set now, in one exchange', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    serve(network, 1, synchronised('old'))
    network.call(1, { type: 'set-value', handle: 3, asa: 'asa', name: 'EX1', value: synchronised('new').value! })
    const to: Locator = { type: 'ipv6', address: globalAddress(1), protocol: 6, port: 40_001 }
    network.call(0, { type: 'synchronize', handle: 5, objective: synchronised(null), to })
    network.run(20)
    const [told] = network.members[0]!.told
    assert.ok(told?.type === 'synchronized')
    assert.equal(objectiveValue(told.objective), 'new')
    for (const { node } of network.members) assert.equal(node.connections.size + node.synchronizations.size, 0)
  })

  test('a flood that is valid answers at once, until an ASA finds it to be no longer true; nobody listening is noSynchReply', () => {
    const network = new VirtualNetwork({ nodes: 2, links: [[0, 1]] })
    const to: Locator = { type: 'ipv6', address: globalAddress(1), protocol: 6, port: 40_001 }
    network.call(0, { type: 'synchronize', handle: 6, objective: synchronised(null), to })
    network.run(20)
    const refused = network.members[0]!.told.at(-1)
    assert.ok(refused?.type === 'done' && refused.code === 'noSynchReply')
    serve(network, 1, synchronised('x'))
    network.call(1, { type: 'flood', handle: 1, asa: 'asa', ...floodOf('flooded') })
    network.run(20)
    const [told] = network.call(0, { type: 'synchronize', handle: 5, objective: synchronised(null) })
    assert.ok(told?.type === 'synchronized' && objectiveValue(told.objective) === 'flooded')
    network.call(0, { type: 'register-asa', handle: 6, asa: 'judge' })
    const expire = (): readonly unknown[] =>
      network
        .call(0, { type: 'expire-flood', handle: 7, asa: 'judge', name: 'EX1' })
        .map((effect) => 'code' in effect && effect.code)
    assert.deepEqual(expire(), ['ok'])
    assert.deepEqual(expire(), ['notObj'])
    assert.deepEqual(network.call(0, { type: 'synchronize', handle: 8, objective: synchronised(null) }), [])
  })
})
