/** Our own objectives: what is written is read again, what must not be ignored is not, and sizes fit a flood. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CborValue } from '@vagus/wire'
import {
  type AgentCap,
  agentCap,
  declareObjective,
  objectiveOf,
  type ObjectiveType,
  valueOctets,
  valueOf,
} from '../src/index.ts'
import { congestionMed, linkState, revoked, threshold } from '../src/objectives/index.ts'
import { offer } from './med.ts'

const header = { node: 'pe-1', epoch: 1_700_000_000_000, sequence: 7 }
const cap: AgentCap = { header, agent: 'pe-1', skills: ['link-counters', 'med'], protocols: ['grasp'], load: 120 }

const rows: readonly (readonly [ObjectiveType<never>, object])[] = [
  [agentCap as never, cap],
  [agentCap as never, { ...cap, card: new Uint8Array(32).fill(7) }],
  [
    linkState as never,
    {
      header,
      links: [{ interface: 'eth1', capacityKbps: 10_000, usedKbps: 4200, drops: 3, queueMs: 12 }],
      top: [{ key: 'office>dc-east video', octets: 1e12, packets: 1e9 }],
      windowMs: 10_000,
    },
  ],
  [threshold as never, { header, interface: 'eth1', high: 850, low: 700, method: 'quantile-0.95', validMs: 60_000 }],
  [revoked as never, { header, epoch: 3, members: [new Uint8Array(32).fill(1)], signature: new Uint8Array(64) }],
  [congestionMed as never, offer(50)],
  [congestionMed as never, offer(200, { told: [{ neighbour: '10.0.0.1', med: null, asPathLength: 2 }] })],
  [congestionMed as never, { ...offer(0), med: null }],
]

describe('our objectives', () => {
  for (const [type, value] of rows) {
    test(`${type.name} comes back as it went, and fits a multicast`, () => {
      const objective = objectiveOf(type, value as never)
      assert.deepEqual(valueOf(type, objective), value)
      assert.ok(objective.value!.length < 1100, `${objective.value!.length} octets`)
    })
  }

  const altered = (key: number, entry: CborValue): AgentCap => {
    const map = new Map(agentCap.codec.encode(cap) as ReadonlyMap<CborValue, CborValue>)
    map.set(key, entry)
    return valueOf(agentCap, { ...objectiveOf(agentCap, cap), value: valueOctets(map) })
  }

  test('an unknown key is ignored, an unknown critical one refuses the value', () => {
    assert.deepEqual(altered(99, 'new'), cap)
    assert.throws(() => altered(-1, 'new'), { name: 'DecodeError', message: /critical key -1/ })
  })

  test('a value of the wrong kind is refused with what it should be', () => {
    assert.throws(() => altered(5, 1001), /key 5.* 0\.\.1000/)
    assert.throws(() => altered(3, new Uint8Array(31)), /32 octets/)
    assert.throws(() => altered(2, ['']), /a skill must be text/)
    assert.throws(() => valueOf(agentCap, { ...objectiveOf(agentCap, cap), value: valueOctets(5) }), /must be a map/)
  })

  test('a dry run is declared for a negotiation only', () => {
    const { codec } = threshold
    assert.throws(
      () => declareObjective({ name: 'EX1', purpose: 'synchronization', dryRun: 'possible', codec }),
      RangeError,
    )
  })
})
