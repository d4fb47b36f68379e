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
import {
  congestionMed,
  intentOffer,
  type IntentStatus,
  intentStatus,
  linkState,
  revoked,
  threshold,
} from '../src/objectives/index.ts'
import { offer } from './med.ts'

const header = { node: 'pe-1', epoch: 1_700_000_000_000, sequence: 7 }
const cap: AgentCap = { header, agent: 'pe-1', skills: ['link-counters', 'med'], protocols: ['grasp'], load: 120 }

const owner = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH'
const hash = new Uint8Array(32).fill(9)
const counts = { received: 1, translated: 0, active: 3, degraded: 1, conflict: 0, refused: 2 }
const standing: IntentStatus = { header, owner, epoch: 7, hash, standing: 'expired', counts, reports: [] }

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
  [intentOffer as never, { header, owner, rotations: 2, epoch: 7, hash }],
  [intentOffer as never, { header, owner, rotations: 0, epoch: 7, hash, document: 'eyJhbGciOiJFZERTQSJ9.e30.AA' }],
  [intentStatus as never, standing],
  [
    intentStatus as never,
    { ...standing, reports: [{ name: 'launch', state: 'conflict', since: 1_790_000_000_000, evidence: 'why' }] },
  ],
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

  test('a set of 61,440 characters, and 128 reports with evidence, fit the messages that they may have', () => {
    const document = 'x'.repeat(61_440)
    const set = objectiveOf(intentOffer, { header, owner, rotations: 255, epoch: 2 ** 53 - 1, hash, document })
    assert.ok(set.value!.length < 65_000, `${set.value!.length} octets`)
    const report = { name: 'n'.repeat(63), state: 'degraded', since: 2 ** 53 - 1, evidence: 'e'.repeat(240) } as const
    const status = objectiveOf(intentStatus, { ...standing, reports: Array.from({ length: 128 }, () => report) })
    assert.ok(status.value!.length < 65_000, `${status.value!.length} octets`)
  })

  test('states and standings that are not known refuse the value', () => {
    const changed = (key: number, entry: CborValue): IntentStatus => {
      const map = new Map(intentStatus.codec.encode(standing) as ReadonlyMap<CborValue, CborValue>)
      map.set(key, entry)
      return valueOf(intentStatus, { ...objectiveOf(intentStatus, standing), value: valueOctets(map) })
    }
    assert.throws(() => changed(4, 4), { name: 'DecodeError', message: /the standing must be 0\.\.3/ })
    assert.throws(() => changed(6, [['launch', 6, 0, null]]), { message: /the state of an intent must be 0\.\.5/ })
    assert.throws(() => changed(5, [1, 2]), { message: /the counts must have 6 elements/ })
  })

  test('whatever stands under a key of Intent and IntentStatus, it is read or refused', () => {
    const strange: readonly CborValue[] = [
      null,
      true,
      -1,
      1.5,
      2n ** 60n,
      '',
      'x',
      new Uint8Array(3),
      [],
      [[]],
      new Map(),
    ]
    const report = { name: 'launch', state: 'active', since: 0, evidence: null } as const
    const offers = intentOffer.codec.encode({ header, owner, rotations: 0, epoch: 1, hash, document: 'x' })
    const statuses = intentStatus.codec.encode({ ...standing, reports: [report] })
    for (const [type, written] of [[intentOffer, offers] as const, [intentStatus, statuses] as const])
      for (let key = -1; key < 8; key++)
        for (const entry of [undefined, ...strange, strange, strange.map((one) => [one, one, one, one])]) {
          const map = new Map(written as ReadonlyMap<CborValue, CborValue>)
          if (entry === undefined) map.delete(key)
          else map.set(key, entry)
          try {
            type.codec.decode(map)
          } catch (error) {
            assert.equal((error as Error).name, 'DecodeError', `${type.name}, key ${key}: ${String(error)}`)
          }
        }
  })
})
