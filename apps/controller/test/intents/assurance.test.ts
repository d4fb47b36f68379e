import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { Intent } from '@vagus/intent'
import { assessed, type AssuranceFacts, type Assessed } from '../../src/intents/assurance.ts'
import { entriesAfterSteps, entriesOf } from '../../src/intents/entries.ts'
import { changesText } from '../../src/intents/intent-changes.ts'
import { IntentStands } from '../../src/intents/intent-stands.ts'
import { LoadFigures } from '../../src/intents/load-figures.ts'
import { intentOf } from '../support/intent-set.ts'

const now = Date.UTC(2026, 10, 28)
const facts = (more: Partial<AssuranceFacts> = {}): AssuranceFacts => ({
  standing: undefined,
  conflicts: [],
  loadOf: () => undefined,
  entries: () => [],
  lineOf: () => undefined,
  reports: () => [],
  now,
  ...more,
})
const pin = intentOf('keep-dns', { type: 'pin', prefix: '192.0.2.0/24', enters: 'only', over: ['tr-1'] })
const cool = intentOf('cool', { type: 'keep-below', percent: 70, forMs: 60_000 })
const freeze = intentOf('launch', { type: 'freeze' })
const places = {
  sites: {},
  links: { 'tr-1': [{ device: 'pe-1', interface: 'eth0' }], 'tr-2': [{ device: 'pe-2', interface: 'eth0' }] },
  borders: {},
}
const linksAt = (one: number | null, other: number | null) => [
  { name: 'tr-1', ends: places.links['tr-1'], share: one },
  { name: 'tr-2', ends: places.links['tr-2'], share: other },
]

describe('an intent', () => {
  test('is not met when traffic of a pinned prefix enters elsewhere, and says how much and where', () => {
    const entry = (link: string) => ({ prefix: '192.0.2.0/25', link, rate: 3.2e6 })
    const stand = (...links: string[]) => assessed(pin, facts({ entries: () => links.map(entry) }))
    assert.deepEqual(stand('tr-1'), { state: 'active', evidence: '192.0.2.0/25 enters over tr-1, 3.2 Mbit/s' })
    assert.deepEqual(stand('tr-1', 'tr-2'), {
      state: 'degraded',
      evidence: '192.0.2.0/25 enters over tr-2, 3.2 Mbit/s, where it must not',
    })
    assert.equal(stand().evidence, 'no traffic to 192.0.2.0/24 is seen at borders')
  })

  test('is not met when a device says so, or does not follow, and the device is named', () => {
    const reports = (state: Assessed['state'], evidence: string | null) => () => [{ device: 'pe-2', state, evidence }]
    assert.deepEqual(assessed(freeze, facts({ reports: reports('active', null) })).state, 'active')
    const refused = assessed(freeze, facts({ reports: reports('refused', 'this agent does not know it') }))
    assert.deepEqual(refused, { state: 'degraded', evidence: 'pe-2: this agent does not know it' })
  })

  test('waits for its window, and gives way to another', () => {
    const later = intentOf('later', { type: 'freeze' }, { when: { from: now + 1000 } })
    assert.deepEqual(assessed(later, facts()), { state: 'translated', evidence: 'it begins at 2026-11-28T00:00:01Z' })
    const over = intentOf('over', { type: 'freeze' }, { when: { until: now } })
    assert.deepEqual(assessed(over, facts()), { state: 'translated', evidence: 'its time is over' })
    const conflict = { intent: 'launch', other: 'x', won: 'priority', from: now, because: 'x is higher' } as const
    assert.equal(assessed(freeze, facts({ conflicts: [conflict] })).state, 'conflict')
    assert.deepEqual(assessed(freeze, facts({ standing: 'they expired' })), {
      state: 'refused',
      evidence: 'they expired',
    })
  })
})

describe('a load that is to stay below', () => {
  const scoped = (scope: Intent['scope'] = {}) => ({ intents: [{ ...cool, scope }], places })
  const roles = () => []

  test('may be above for a while; then the link, how long, and its highest load are told', () => {
    const loads = new LoadFigures()
    const stand = (at: number) => assessed(cool, facts({ loadOf: (name) => loads.of(name), now: at }))
    for (let at = now; at <= now + 60_000; at += 5000) loads.step(scoped(), linksAt(0.8, 0.2), roles, at)
    assert.match(stand(now + 60_000).evidence!, /^the fullest link is tr-1, at 80 %; above 70 % for 1 min altogether$/)
    loads.step(scoped(), linksAt(0.914, 0.75), roles, now + 65_000)
    assert.deepEqual(stand(now + 65_000), {
      state: 'degraded',
      evidence: 'tr-1 has been above 70 % for 65 s, up to 91.4 %; 60 s are allowed',
    })
    loads.step(scoped(), linksAt(0.5, 0.75), roles, now + 70_000)
    assert.equal(stand(now + 70_000).state, 'active')
  })

  test('counts anew after nobody looked, or where the load was not known', () => {
    const loads = new LoadFigures()
    loads.step(scoped(), linksAt(0.8, null), roles, now)
    loads.step(scoped(), linksAt(0.8, null), roles, now + 100_000)
    assert.equal(loads.of('cool')!.above[0]!.since, now + 100_000)
    loads.step(scoped(), linksAt(null, null), roles, now + 105_000)
    loads.step(scoped(), linksAt(0.8, null), roles, now + 110_000)
    assert.equal(loads.of('cool')!.above[0]!.since, now + 110_000)
  })

  test('is of links in scope alone', () => {
    const loads = new LoadFigures()
    loads.step(scoped({ links: ['tr-2'] }), linksAt(0.9, 0.2), roles, now)
    assert.deepEqual([loads.of('cool')!.links, loads.of('cool')!.above], [1, []])
  })
})

describe('how intents stand', () => {
  test('is told when it changes, with how long it was not met, and is known after a restart', () => {
    let kept: unknown
    const keeper = { load: () => kept, keep: (stands: unknown) => void (kept = JSON.parse(JSON.stringify(stands))) }
    const begin = () => new IntentStands(keeper, () => undefined)
    const take = (stands: IntentStands, at: number, state: Assessed['state'], evidence: string | null = null) =>
      stands.take(new Map([['cool', { state, evidence }]]), at).map(sentenceOf)
    const first = begin()
    take(first, now - 60_000, 'active')
    assert.deepEqual(take(first, now, 'active'), [])
    assert.deepEqual(take(first, now + 1000, 'degraded', 'tr-1 is full'), ['Intent cool is not met: tr-1 is full'])
    assert.deepEqual(take(first, now + 2000, 'degraded', 'tr-1 is still full'), [])
    const second = begin()
    assert.deepEqual(take(second, now + 3000, 'active'), [], 'nothing was measured yet')
    assert.deepEqual(take(second, now + 62_000, 'active'), [])
    assert.deepEqual(take(second, now + 63_000, 'active'), ['Intent cool is met again, after 1m 02s'])
    assert.equal(second.of('cool')?.since, now + 63_000)
    assert.deepEqual(take(second, now + 64_000, 'translated', 'its time is over'), [
      'Intent cool holds no more: its time is over',
    ])
    assert.deepEqual(take(second, now + 65_000, 'active'), ['Intent cool holds from now on'])
    second.take(new Map(), now + 66_000)
    assert.deepEqual(kept, {})
  })

  test('after a new set is told with what it changes', () => {
    assert.equal(changesText([], [pin, cool]), '2 added (keep-dns, cool)')
    const other = { ...cool, priority: 3 }
    assert.equal(
      changesText([pin, cool], [other, freeze]),
      '1 added (launch), 1 changed (cool), 1 withdrawn (keep-dns)',
    )
    assert.equal(changesText([pin], [pin]), 'nothing changed, 1 as before')
  })
})

test('traffic of a prefix enters where most of it is seen, with what is within', () => {
  const reading = {
    links: ['tr-1', 'tr-2'].map((name) => ({ name, capacity: 1e8, load: 0 })),
    prefixes: [
      { prefix: '192.0.2.0/25', rates: [95, 5] },
      { prefix: '192.0.2.128/25', rates: [0, 300] },
      { prefix: '198.51.100.0/24', rates: [50, 50] },
      { prefix: '192.0.2.0/26', rates: [0, 0] },
    ],
  }
  assert.deepEqual(entriesOf('192.0.2.0/24', [{ reading }, { reading: undefined }]), [
    { prefix: '192.0.2.128/25', link: 'tr-2', rate: 300 },
    { prefix: '192.0.2.0/25', link: 'tr-1', rate: 95 },
  ])
  let read = { reading }
  const entries = entriesAfterSteps(() => [read])
  assert.equal(entries('198.51.100.0/24').length, 2)
  read = { reading: { ...reading, prefixes: [] } }
  assert.deepEqual(entries('198.51.100.0/24'), [])
})
