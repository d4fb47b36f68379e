/** What intents refuse at a device, against a plain reading of each intent by itself. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Bounds,
  commitPatterns,
  commitRefusal,
  type DeviceFacts,
  type Intent,
  isActive,
  lineRefusal,
  lineShare,
  loadCap,
  type MedQuestion,
  medRefusal,
  type Orders,
  ordersOf,
  type Pin,
  policyRefusal,
} from '../src/index.ts'
import { anyIntents, anyNow, anyPrefix, intent, now, places, setOf, signedSet, unsignedSet } from './sets.ts'

const pe1: DeviceFacts = { name: 'pe-1', roles: ['edge'] }
const pe2: DeviceFacts = { name: 'pe-2', roles: [] }
const question: MedQuestion = {
  prefix: '10.1.0.0/16',
  interface: 'eth1',
  purpose: 'set',
  leaseMs: 3_600_000,
  movesLastHour: 0,
}
const ask = (intents: readonly Intent[], change: Partial<MedQuestion> = {}, device = pe1, at = now) =>
  medRefusal(ordersOf(setOf(...intents), device, at), { ...question, ...change })
const problem = (...args: Parameters<typeof ask>): string | undefined => ask(...args)?.problem

describe('a freeze', () => {
  const until = Date.parse('2026-09-22T00:00:00Z')
  const launch = intent(
    'launch',
    { type: 'freeze' },
    { scope: { borders: ['transit'] }, when: { until }, because: 'release of 12.4' },
  )

  test('refuses what is new, and names itself, its window and its reason', () => {
    assert.deepEqual(ask([launch]), {
      intent: 'launch',
      goal: 'freeze',
      until,
      problem: 'intent "launch" until 2026-09-22T00:00:00Z: no MED is set (release of 12.4)',
    })
    const orders = ordersOf(setOf(launch), pe1, now)
    assert.match(lineRefusal(orders, ['eth2'])!.problem, /: no line begins \(/)
    assert.match(commitRefusal(orders)!.problem, /: no commit begins/)
    assert.match(policyRefusal(orders)!.problem, /: no policy is installed/)
  })

  test('of a border refuses nothing at other links and devices', () => {
    assert.equal(problem([launch], { interface: 'eth9' }), undefined)
    assert.equal(problem([launch], {}, { name: 'pe-3', roles: [] }), undefined)
    assert.equal(lineRefusal(ordersOf(setOf(launch), pe1, now), ['eth9']), undefined)
  })

  test('is over at its end', () => {
    assert.equal(problem([launch], {}, pe1, until - 1)?.startsWith('intent "launch"'), true)
    assert.equal(problem([launch], {}, pe1, until), undefined)
  })

  test('of a role holds at devices that do not know their roles', () => {
    const core = intent('core', { type: 'freeze' }, { scope: { roles: ['core'] } })
    assert.equal(problem([core]), undefined)
    assert.match(problem([core], {}, { name: 'pe-1', roles: undefined })!, /no MED is set/)
    // What the set says of the role goes before what the device says of itself.
    for (const roles of [undefined, ['core']]) {
      const set = signedSet({ intents: [core], places: { ...places, roles: { core: ['pe-2'] } } })
      const at = (name: string) => medRefusal(ordersOf(set, { name, roles }, now), question)?.intent
      assert.deepEqual([at('pe-1'), at('pe-2')], [undefined, 'core'])
    }
  })
})

describe('bounds', () => {
  const bounds = (name: string, steering: { prefixes?: string[]; leaseMs?: number; movesPerHour?: number }): Intent =>
    intent(name, { type: 'bounds', steering })

  test('hold all together: of two, the narrower', () => {
    const both = [
      bounds('a', { prefixes: ['10.0.0.0/8'], leaseMs: 60_000 }),
      bounds('b', { prefixes: ['10.1.0.0/16'], leaseMs: 7_200_000, movesPerHour: 2 }),
    ]
    assert.equal(problem(both, { leaseMs: 60_000 }), undefined)
    assert.equal(problem(both), 'intent "a": a lease of 3600000 ms; at most 60000')
    assert.equal(problem(both, { leaseMs: 1, prefix: '10.0.0.0/8' }), 'intent "b": 10.0.0.0/8 is not to be steered')
    assert.equal(
      problem(both, { leaseMs: 1, movesLastHour: 2 }),
      'intent "b": 2 leases began within an hour; at most 2',
    )
  })

  test('of lines and loads are those of the strictest, and of patterns all lists', () => {
    const orders = ordersOf(
      setOf(
        intent('half', { type: 'bounds', lines: { sharePercent: 50 } }),
        intent('third', { type: 'bounds', lines: { sharePercent: 33 } }, { scope: { links: ['a'] } }),
        intent('low', { type: 'keep-below', percent: 70, forMs: 1000 }),
        intent('lower', { type: 'keep-below', percent: 60, forMs: 1000 }, { scope: { links: ['b'] } }),
        intent('words', { type: 'bounds', commits: { patterns: ['interface *'] } }),
        intent('none', { type: 'bounds', commits: { patterns: [] } }),
      ),
      pe1,
      now,
    )
    assert.deepEqual([lineShare(orders, 'eth1')?.share, lineShare(orders, 'eth2')?.share], [0.33, 0.5])
    assert.deepEqual([loadCap(orders, 'eth1')?.share, loadCap(orders, 'eth2')?.share], [0.7, 0.6])
    assert.deepEqual(
      commitPatterns(orders).map(({ patterns, refusal }) => [patterns, refusal.problem]),
      [
        [[], 'intent "none": AI agents commit nothing'],
        [['interface *'], 'intent "words": AI agents commit only "interface *"'],
      ],
    )
  })
})

describe('a pin', () => {
  const pin = (name: string, enters: Pin['enters'], over: string[], priority = 0): Intent =>
    intent(name, { type: 'pin', prefix: '10.1.0.0/16', enters, over }, { priority })

  test('keeps a MED from driving the prefix away from its link, and lets one drive it there', () => {
    const here = [pin('voice', 'only', ['a'])]
    assert.equal(
      problem(here),
      'intent "voice": 10.1.0.0/16 enters only over a, so 10.1.0.0/16 is not driven away from eth1',
    )
    for (const prefix of ['10.0.0.0/8', '10.1.2.0/24']) assert.match(problem(here, { prefix })!, /voice/)
    assert.equal(problem(here, { prefix: '192.0.2.0/24' }), undefined)
    assert.equal(problem(here, { interface: 'eth2' }), undefined)
    assert.equal(problem(here, { purpose: 'enter' }), undefined)
    assert.match(problem(here, { purpose: 'enter', interface: 'eth2' })!, /is not led to eth2/)
  })

  test('that bars a link refuses every MED at its border that could push the prefix there', () => {
    const never = [pin('cheap', 'never', ['c'])]
    assert.match(problem(never)!, /enters never over c, so 10\.1\.0\.0\/16 is not driven away from eth1/)
    assert.match(problem(never, { interface: 'eth2' })!, /cheap/)
    assert.equal(problem(never, { interface: 'eth9' }), undefined, 'no link of that border')
    assert.equal(problem(never, {}, pe2), undefined, 'away from the link that is barred')
    assert.match(problem(never, { purpose: 'enter' }, pe2)!, /is not led to eth1/)
  })

  test('gives way to one of a higher priority, and with equal ones nothing moves', () => {
    const wins = [pin('one', 'only', ['a'], 1), pin('two', 'only', ['b'])]
    assert.match(problem(wins)!, /"one"/)
    assert.equal(problem(wins, { interface: 'eth2' }), undefined)
    const equal = [pin('one', 'only', ['a']), pin('two', 'only', ['b'])]
    assert.match(problem(equal)!, /"one"/)
    assert.match(problem(equal, { interface: 'eth2' })!, /"two"/)
  })
})

describe('without a set that holds', () => {
  const set = setOf(intent('launch', { type: 'freeze' }))
  const states: readonly (readonly [string, Orders, RegExp])[] = [
    ['none', ordersOf(undefined, pe1, now), /no intents of the owner are known yet; until then nothing new begins/],
    ['expired', ordersOf(set, pe1, set.expiresAt), /expired at 2026-12-20T\d\d:\d\d:\d\dZ; until it signs again/],
    ['clock', ordersOf(set, pe1, now - 300_001), /the clock here is before the intents of the owner were signed/],
  ]
  for (const [standing, orders, words] of states)
    test(`(${standing}) nothing new begins, but looks and the operator's own policy`, () => {
      assert.equal(orders.standing, standing)
      const med = medRefusal(orders, question)
      assert.match(med!.problem, words)
      assert.deepEqual([med!.intent, med!.until], [null, undefined])
      assert.match(lineRefusal(orders, ['eth1'])!.problem, words)
      assert.match(commitRefusal(orders)!.problem, words)
      assert.equal(medRefusal(orders, { ...question, purpose: 'enter' }), undefined)
      assert.equal(policyRefusal(orders), undefined)
    })
})

const anyDevice: fc.Arbitrary<DeviceFacts> = fc.record({
  name: fc.constantFrom('pe-1', 'pe-2', 'pe-3', 'pe-9'),
  roles: fc.constantFrom<DeviceFacts['roles']>(undefined, [], ['edge'], ['core', 'edge']),
})
const anyQuestion: fc.Arbitrary<MedQuestion> = fc.record({
  prefix: anyPrefix,
  interface: fc.constantFrom('eth1', 'eth2', 'eth9'),
  purpose: fc.constantFrom('set' as const, 'enter' as const),
  leaseMs: fc.integer({ min: 1, max: 86_400_000 }),
  movesLastHour: fc.integer({ min: 0, max: 6 }),
})

/** Whether one intent, read plainly, has a word about that interface. */
function reaches({ scope }: Intent, device: DeviceFacts, name: string | undefined): boolean {
  const lists = Object.values(scope).flat()
  if (lists.length === 0) return true
  if (scope.devices?.includes(device.name)) return true
  if (
    scope.roles !== undefined &&
    (device.roles === undefined || scope.roles.some((one) => device.roles!.includes(one)))
  )
    return true
  if (scope.sites?.some((site) => places.sites[site]!.includes(device.name))) return true
  const links = [...(scope.links ?? []), ...(scope.borders === undefined ? [] : ['a', 'b', 'c'])]
  return links.some((link) =>
    places.links[link]!.some((end) => end.device === device.name && (name === undefined || end.interface === name)),
  )
}

const order: readonly string[] = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24']
/** Of the prefixes of these tests. */
const meet = (one: string, other: string): boolean => one === other || (order.includes(one) && order.includes(other))
const contains = (outer: string, inner: string): boolean =>
  outer === inner || (order.includes(outer) && order.indexOf(outer) < order.indexOf(inner))

/** Whether an intent, read plainly and alone, forbids it. Of pins: those that are beaten by none. */
function forbids(one: Intent, device: DeviceFacts, asked: MedQuestion): boolean {
  if (!reaches(one, device, asked.interface)) return false
  const { goal } = one
  const sets = asked.purpose === 'set'
  if (goal.type === 'freeze') return sets
  if (goal.type === 'bounds') return sets && exceeds(goal, asked)
  return goal.type === 'pin' && meet(goal.prefix, asked.prefix) && misleads(goal, device, asked)
}

function exceeds({ steering = {} }: Bounds, { prefix, leaseMs, movesLastHour }: MedQuestion): boolean {
  const isWithin = steering.prefixes === undefined || steering.prefixes.some((outer) => contains(outer, prefix))
  return !isWithin || leaseMs > (steering.leaseMs ?? Infinity) || movesLastHour >= (steering.movesPerHour ?? Infinity)
}

function misleads({ enters, over }: Pin, device: DeviceFacts, asked: MedQuestion): boolean {
  const link = Object.keys(places.links).find((name) =>
    places.links[name]!.some((end) => end.device === device.name && end.interface === asked.interface),
  )
  const mayEnter = (link !== undefined && over.includes(link)) === (enters === 'only')
  if (asked.purpose === 'enter') return !mayEnter
  if (!mayEnter || enters === 'only') return mayEnter
  // Two links of one border, or a barred link of no border at all.
  return over.includes('core') || (link !== undefined && link !== 'core')
}

const standsAgainst = (one: Pin, other: Pin): boolean => {
  const left = (pin: Pin): string[] =>
    Object.keys(places.links).filter((link) => pin.over.includes(link) === (pin.enters === 'only'))
  if (!meet(one.prefix, other.prefix) || (one.enters === 'never' && other.enters === 'never')) return false
  return !left(one).some((link) => left(other).includes(link))
}

/** The pins that hold: from the highest priority down, each that no higher one of these contradicts. */
function unbeaten(pins: readonly Intent[]): readonly Intent[] {
  let kept: readonly Intent[] = []
  for (const level of [2, 1, 0]) {
    const same = pins.filter(({ priority }) => priority === level)
    kept = [...kept, ...same.filter((pin) => !kept.some((high) => standsAgainst(high.goal as Pin, pin.goal as Pin)))]
  }
  return kept
}

test('a MED is refused exactly when an intent in force, read plainly, forbids it', () => {
  fc.assert(
    fc.property(anyIntents, anyDevice, anyQuestion, anyNow, (intents, device, asked, at) => {
      const active = intents.filter((one) => isActive(one.when, at) && reaches(one, device, undefined))
      const isPin = (one: Intent): boolean => one.goal.type === 'pin'
      const holding = [...active.filter((one) => !isPin(one)), ...unbeaten(active.filter(isPin))]
      const forbidding = holding.filter((one) => forbids(one, device, asked)).map(({ name }) => name)
      const refusal = medRefusal(ordersOf(unsignedSet(intents), device, at), asked)
      assert.equal(refusal?.intent, forbidding.sort()[0])
    }),
    { numRuns: 3000 },
  )
})

test('one more intent never allows what was refused, unless it is a pin that beats another', () => {
  fc.assert(
    fc.property(anyIntents, anyDevice, anyQuestion, anyNow, (intents, device, asked, at) => {
      const [last, ...others] = intents.toReversed()
      if (last === undefined || last.goal.type === 'pin') return
      const before = ordersOf(unsignedSet(others), device, at)
      const after = ordersOf(unsignedSet(intents), device, at)
      if (medRefusal(before, asked) !== undefined) assert.ok(medRefusal(after, asked))
      if (lineRefusal(before, [asked.interface]) !== undefined) assert.ok(lineRefusal(after, [asked.interface]))
      if (commitRefusal(before) !== undefined) assert.ok(commitRefusal(after))
      if (policyRefusal(before) !== undefined) assert.ok(policyRefusal(after))
      const name = asked.interface
      assert.ok((lineShare(after, name)?.share ?? 1) <= (lineShare(before, name)?.share ?? 1))
      assert.ok((loadCap(after, name)?.share ?? 1) <= (loadCap(before, name)?.share ?? 1))
      assert.ok(commitPatterns(after).length >= commitPatterns(before).length)
    }),
    { numRuns: 500 },
  )
})

test('the order of the intents never matters', () => {
  fc.assert(
    fc.property(
      anyIntents,
      anyDevice,
      anyQuestion,
      anyNow,
      fc.infiniteStream(fc.nat()),
      (intents, device, asked, at, random) => {
        const shuffled = intents
          .map((one) => ({ one, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one)
        const [first, second] = [intents, shuffled].map((list) => ordersOf(unsignedSet(list), device, at)) as [
          Orders,
          Orders,
        ]
        assert.deepEqual(second, first)
        assert.deepEqual(medRefusal(second, asked), medRefusal(first, asked))
      },
    ),
    { numRuns: 300 },
  )
})

test('orders are the same until they are to be asked for again', () => {
  fc.assert(
    fc.property(
      anyIntents,
      anyDevice,
      anyNow,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (intents, device, at, part) => {
        const set = unsignedSet(intents)
        const orders = ordersOf(set, device, at)
        const between = at + Math.floor(part * ((orders.nextAt ?? at + 1) - at))
        assert.deepEqual(ordersOf(set, device, between), orders)
      },
    ),
    { numRuns: 500 },
  )
})
