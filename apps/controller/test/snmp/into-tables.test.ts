import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Config, configSchema } from '@vagus/api'
import type { CollectorReport } from '../../src/collector/messages.ts'
import { crossProblems } from '../../src/config/cross-check.ts'
import { type LearnedIndices, withIndices } from '../../src/domain/learned-indices.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { DomainState } from '../../src/domain-state.ts'
import { counterItems } from '../../src/resources/counter-quality.ts'
import { countersOf } from '../../src/resources/counters.ts'
import { PolledRouter } from '../../src/snmp/polled-router.ts'
import { RouterRounds } from '../../src/snmp/round.ts'
import { targetOf } from '../../src/snmp/settings.ts'
import { SnmpProblem } from '../../src/snmp/snmp-problem.ts'
import { standingAfter } from '../../src/snmp/standing.ts'
import { roundOf, VirtualRouter } from './virtual-router.ts'

const config = configSchema.parse({
  snmp: { user: 'vagus', secretsFile: '/etc/vagus/snmp.secrets' },
  devices: [{ name: 'r1', role: 'edge', address: '192.0.2.1', snmp: {}, interfaces: [{ name: 'eth0', site: 'out' }] }],
  sites: [{ name: 'out', kind: 'neighbour', prefixes: ['0.0.0.0/0'] }],
  links: [{ name: 'wire', a: { node: 'r1', interface: 'eth0' }, z: { node: 'out' }, capacity: 1e9 }],
})
const domainFor = (given: Config) => {
  const numbered = numberedConfig(given)
  return domainOf(numbered, numberingOf(undefined, numbered))
}
const reportAt = (at: number): CollectorReport =>
  ({
    at,
    exporters: [],
    counters: [],
    events: [],
    storeEvents: [],
    totals: { records: 0 },
    receiver: { dropped: 0 },
  }) as unknown as CollectorReport

void describe('counters by SNMP in the tables', () => {
  void test('give the load of a link whose index was learned, for as long as a round may be late', () => {
    const learned: LearnedIndices = new Map([['r1', new Map([['eth0', 1]])]])
    const state = new DomainState(config, domainFor(withIndices(config, learned)), learned)
    const router = new VirtualRouter(['eth0'])
    const rounds = new RouterRounds([{ name: 'eth0', index: undefined }], 30_000)
    for (let round = 0; round < 3; round++) {
      router.now += 30_000
      router.interfaces[0]!.carried += 3_750_000n
      const readings = roundOf(rounds, router).samples.map((one) => ({
        ...one,
        exporter: 0,
        source: 'snmp' as const,
        every: 30_000,
        address: '192.0.2.1',
      }))
      state.addCounters(readings)
      state.take(reportAt(router.now + 500))
    }
    assert.equal(state.measurements.linkRate('wire', router.now + 29_000).aToZ, 1_000_000)
    assert.equal(state.measurements.linkState('wire', router.now + 60_000).state, 'up')
    assert.equal(state.measurements.linkState('wire', router.now + 80_000).state, 'unknown')
  })

  void test('an index that is learned later keeps the counters of all others', () => {
    const state = new DomainState(config, domainFor(config))
    assert.equal(state.config.devices[0]!.interfaces[0]!.index, 0)
    const indices = (): readonly number[] => state.domain.devices[0]!.interfaces.map(({ index }) => index)
    assert.deepEqual(indices(), [], 'an index of 0 is that of unknown interfaces')
    const { counters } = state.measurements
    state.learnIndices(new Map([['r1', new Map([['eth0', 7]])]]), domainFor)
    assert.deepEqual(indices(), [7])
    assert.equal(state.measurements.counters, counters)
    assert.equal(state.given.devices[0]!.interfaces[0]!.index, 0)
  })
})

void describe('what vagus.yaml says of SNMP', () => {
  const problemsOf = (device: object, snmp: object = config.snmp): readonly string[] => {
    const given = configSchema.parse({ snmp, devices: [{ name: 'r1', role: 'edge', address: '192.0.2.1', ...device }] })
    return crossProblems(given).map(({ problem }) => problem)
  }
  void test('needs somebody to ask as, and secrets', () => {
    assert.match(problemsOf({ snmp: {} }, {}).join(), /needs "user".*needs "secretsFile" with auth and privacy/)
    assert.match(problemsOf({ snmp: { version: '2c' } }).join(), /needs "secretsFile" with community/)
    assert.deepEqual(problemsOf({ snmp: {} }), [])
  })
  void test('an interface without an index needs SNMP to learn it', () => {
    assert.match(problemsOf({ interfaces: [{ name: 'eth0' }] }).join(), /is missing: its ifIndex, or "snmp"/)
    assert.deepEqual(problemsOf({ snmp: {}, interfaces: [{ name: 'eth0' }, { name: 'eth1' }] }), [])
  })
  void test('SNMPv1 is refused, and why is said', () => {
    const { error } = configSchema.safeParse({ snmp: { version: 1 } })
    assert.match(JSON.stringify(error?.issues), /must be 3 or 2c: SNMPv1 has no 64-bit counters/)
    assert.equal(configSchema.parse({ snmp: { version: 3 } }).snmp.version, '3')
  })
})

void describe('how a router stands', () => {
  const target = targetOf(config.devices[0]!, config.snmp)!
  const never = () => Promise.reject(new Error('not asked here'))
  const waiting = new PolledRouter(target, [], never, () => 0).standing
  const silent = new SnmpProblem('no-answer', 'no answer at 192.0.2.1:161')
  const done = { samples: [], restarted: false, moved: [] }

  void test('is told after two rounds without an answer, at once where it says no, and when it is back', () => {
    const first = standingAfter('r1', waiting, silent, 1, 1000)
    assert.deepEqual([first.standing.state, first.drafts.length], ['waiting', 0])
    const second = standingAfter('r1', first.standing, silent, 2, 2000)
    assert.deepEqual(
      second.drafts.map(({ event }) => event),
      ['snmp.unreachable'],
    )
    assert.deepEqual(standingAfter('r1', second.standing, silent, 3, 3000).drafts, [])
    const back = standingAfter('r1', second.standing, { ...done, restarted: true }, 0, 62_000)
    assert.deepEqual(
      back.drafts.map(({ event, fields }) => [event, fields['seconds']]),
      [
        ['snmp.back', 60],
        ['snmp.restarted', undefined],
      ],
    )
    const refused = standingAfter('r1', waiting, new SnmpProblem('wrong-user', 'it knows no user "x"'), 1, 1000)
    assert.equal(refused.drafts.length, 1)
  })

  void test('what is wrong comes with the lines that mend it', () => {
    const router = new PolledRouter(
      target,
      [
        { name: 'eth0', index: 5 },
        { name: 'eth9', index: undefined },
      ],
      never,
      () => 0,
    )
    roundOf(router.rounds, new VirtualRouter(['eth0']))
    router.standing = standingAfter('r1', waiting, done, 0, 1000).standing
    const given = configSchema.parse({
      devices: [{ name: 'r1', role: 'edge', address: '192.0.2.1', interfaces: [{ name: 'eth0', index: 5 }] }],
    })
    const state = new DomainState(given, domainFor(given))
    const view = { now: () => 1000, config: given, directory: state.directory, measurements: state.measurements }
    const [counters] = countersOf(view, { routerOf: () => router })
    assert.deepEqual(counters!.snmp!.moved, [{ name: 'eth0', configured: 5, index: 1 }])
    const texts = counterItems([counters!]).map(({ problem, fix }) => `${problem} → ${fix}`)
    assert.match(texts[0]!, /has no interface eth9 → .*vagus device interfaces r1/)
    assert.match(texts[1]!, /eth0 has index 1, not 5.*→ .*\{ name: eth0 \} without index/)
  })
})
