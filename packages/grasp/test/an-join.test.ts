/** AN_Proxy and AN_join_registrar against the examples of RFC 8995 §4.1.1 and §4.3, and in both modes of a node. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeCbor } from '@vagus/wire'
import {
  type Config,
  createNode,
  decodeMessage,
  defaultLimits,
  type Effect,
  encodeMessage,
  floodedObjectives,
  type Locator,
  objectiveOf,
  step,
  valueOctets,
  valueOf,
} from '../src/index.ts'
import { anJoinRegistrar, anProxy, estTls, joinFloods } from '../src/objectives/index.ts'
import { fromHex, toHex } from './messages.ts'

const linkLocal = fromHex('fe800000000000000000000000000001')
const registrar = fromHex('fda379a6f6ee00000200000064000001')
const tcp = 6

/** The examples as the RFC prints them, in diagnostic notation, element by element. */
const rows = [
  {
    type: anProxy,
    value: '',
    message: [
      9,
      12_340_815,
      linkLocal,
      180_000,
      [
        ['AN_Proxy', 4, 1, ''],
        [103, linkLocal, tcp, 4443],
      ],
    ],
  },
  {
    type: anJoinRegistrar,
    value: estTls,
    message: [
      9,
      51_804_321,
      registrar,
      180_000,
      [
        ['AN_join_registrar', 4, 255, 'EST-TLS'],
        [103, registrar, tcp, 8443],
      ],
    ],
  },
] as const

describe('the examples of RFC 8995', () => {
  for (const { type, value, message } of rows) {
    test(`${type.name} is read, and written octet for octet`, () => {
      const octets = encodeCbor(message)
      const read = decodeMessage(octets)
      assert.ok(read.type === 'flood')
      const [tagged] = read.objectives
      assert.equal(valueOf(type, tagged!.objective), value)
      const [, sessionId, initiator, ttl] = message
      const own = encodeMessage({
        type: 'flood',
        sessionId,
        initiator,
        ttl,
        objectives: [{ objective: objectiveOf(type, value), locator: tagged!.locator! }],
      })
      assert.equal(toHex(own), toHex(octets))
    })
  }

  test('two floods may be lost before what they say ends', () => assert.equal(joinFloods.ttlMs, 3 * joinFloods.everyMs))
})

test('a registrar that names no protocol is not understood', () => {
  const objective = { ...objectiveOf(anJoinRegistrar, estTls), value: valueOctets(7) }
  assert.throws(() => valueOf(anJoinRegistrar, objective), { name: 'DecodeError', message: /such as "EST-TLS"/ })
})

describe('a node', () => {
  const config = (mode: Config['mode']): Config => ({
    address: linkLocal,
    port: 40_000,
    mode,
    rapid: 'off',
    limits: defaultLimits,
    drawSessionId: () => 7,
  })
  const locator: Locator = { type: 'ipv6', address: linkLocal, protocol: tcp, port: 4443 }
  const heard = (mode: Config['mode'], changes: object): number => {
    const node = createNode(config(mode))
    step(node, { type: 'interface-up', interface: 1, address: linkLocal, now: 0 }, config(mode))
    const objective = { ...objectiveOf(anProxy, ''), ...changes }
    const octets = encodeMessage({
      type: 'flood',
      sessionId: 9,
      initiator: linkLocal,
      ttl: joinFloods.ttlMs,
      objectives: [{ objective, locator }],
    })
    step(
      node,
      { type: 'datagram', from: { interface: 1, address: linkLocal, port: 7017 }, octets, now: 0 },
      config(mode),
    )
    return floodedObjectives(node, anProxy.name, 1).length
  }

  test('hears of a proxy in DULL, with the flags of the RFC and with those of graspy', () => {
    assert.equal(heard('dull', {}), 1)
    assert.equal(heard('dull', { flags: 5 }), 1)
  })

  test('hears of none that would be relayed, or is not flooded to be known', () => {
    assert.equal(heard('dull', { loopCount: 2 }), 0)
    assert.equal(heard('dull', { flags: 2 }), 0)
  })

  test('tells of a proxy with flags 4, and nobody finds it by searching', () => {
    const dull = config('dull')
    const node = createNode(dull)
    const act = (event: object): readonly Effect[] => step(node, { now: 0, ...event } as never, dull)[1]
    act({ type: 'interface-up', interface: 1, address: linkLocal })
    act({ type: 'register-asa', handle: 1, asa: 'proxy' })
    const objective = objectiveOf(anProxy, '')
    const { value: _, ...bare } = objective
    const registration = { objective: bare, discoverable: 'no', overlap: 'alone', ttl: 0 }
    act({ type: 'register', handle: 2, asa: 'proxy', registration })
    const told = act({ type: 'flood', handle: 3, asa: 'proxy', ttl: 180_000, objectives: [{ objective, locator }] })
    const sent = told.find((effect) => effect.type === 'multicast')
    assert.ok(sent?.type === 'multicast')
    const flood = decodeMessage(sent.octets)
    assert.ok(flood.type === 'flood')
    assert.deepEqual([flood.objectives[0]?.objective.flags, flood.objectives[0]?.objective.loopCount], [4, 1])
    const search = encodeMessage({
      type: 'discovery',
      sessionId: 11,
      initiator: linkLocal,
      objective: { ...bare, flags: 5 },
    })
    assert.deepEqual(
      act({ type: 'datagram', from: { interface: 1, address: linkLocal, port: 7017 }, octets: search }),
      [],
    )
  })
})
