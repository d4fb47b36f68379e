/** Sets of intents made for tests: one owner, one small network, one clock. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type Goal,
  type Intent,
  type IntentSet,
  type IntentSetDraft,
  type Places,
  type Scope,
  signIntents,
  type When,
} from '../src/index.ts'
import { seconds, testAgent, type TestAgent } from '../../identity/test/agents.ts'
import { nodeCrypto } from '../../identity/test/node-crypto.ts'

export { now, testAgent } from '../../identity/test/agents.ts'
export { nodeCrypto } from '../../identity/test/node-crypto.ts'

export const owner = testAgent(1)

/** Two sites, and a border of three links at two devices. */
export const places: Places = {
  sites: { lyon: ['pe-1', 'pe-2'], paris: ['pe-3'] },
  links: {
    a: [{ device: 'pe-1', interface: 'eth1' }],
    b: [{ device: 'pe-1', interface: 'eth2' }],
    c: [{ device: 'pe-2', interface: 'eth1' }],
    core: [
      { device: 'pe-1', interface: 'eth9' },
      { device: 'pe-3', interface: 'eth9' },
    ],
  },
  borders: { transit: ['a', 'b', 'c'] },
}

export const draft: IntentSetDraft = {
  epoch: 1,
  previous: null,
  iat: seconds,
  exp: seconds + 90 * 86_400,
  places,
  intents: [],
}

export const intent = (name: string, goal: Goal, more: Partial<Intent> = {}): Intent => ({
  name,
  scope: {},
  when: {},
  priority: 0,
  goal,
  ...more,
})

export function signedSet(changes: Partial<IntentSetDraft> = {}, by: TestAgent = owner): IntentSet {
  const answer = signIntents({ ...draft, ...changes }, by.log, by.signer, nodeCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.set
}

export const setOf = (...intents: readonly Intent[]): IntentSet => signedSet({ intents })

const empty = signedSet()

/** As if it were signed: for many of them. */
export const unsignedSet = (intents: readonly Intent[]): IntentSet => ({ ...empty, intents })

/** Whatever an operator may want of that network. */
const prefixes = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '192.0.2.0/24', '2001:db8::/32']
const links = Object.keys(places.links)
const some = <Value>(values: readonly Value[]): fc.Arbitrary<Value[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
const optional = { requiredKeys: [] as never[], noNullPrototype: true }

export const anyPrefix = fc.constantFrom(...prefixes)

const anyGoal: fc.Arbitrary<Goal> = fc.oneof(
  fc.constant<Goal>({ type: 'freeze' }),
  fc
    .record(
      {
        steering: fc.record(
          {
            prefixes: some(prefixes),
            leaseMs: fc.integer({ min: 1, max: 86_400 }).map((one) => one * 1000),
            movesPerHour: fc.integer({ min: 0, max: 5 }),
          },
          optional,
        ),
        lines: fc.record({ sharePercent: fc.integer({ min: 0, max: 95 }) }),
        commits: fc.record({ patterns: fc.uniqueArray(fc.constantFrom('interface *', 'route-map *', 'ntp *')) }),
      },
      optional,
    )
    .filter((bounds) => Object.keys(bounds).length > 0)
    .map((bounds): Goal => ({ type: 'bounds', ...bounds })),
  fc.record({
    type: fc.constant('keep-below' as const),
    percent: fc.integer({ min: 1, max: 100 }),
    forMs: fc.integer({ min: 1, max: 86_400 }).map((one) => one * 1000),
  }),
  fc.record({
    type: fc.constant('pin' as const),
    prefix: anyPrefix,
    enters: fc.constantFrom('only' as const, 'never' as const),
    over: some(links),
  }),
  fc.record({
    type: fc.constant('connect' as const),
    between: fc.constantFrom<[string, string]>(['lyon', 'paris'], ['paris', 'lyon']),
    bitsPerSecond: fc.integer({ min: 8000, max: 1e9 }),
    delayMs: fc.integer({ min: 1, max: 10_000 }),
  }),
)

const anyScope: fc.Arbitrary<Scope> = fc.record(
  {
    devices: some(['pe-1', 'pe-2', 'pe-3']),
    roles: some(['edge', 'core']),
    sites: some(['lyon', 'paris']),
    borders: fc.constant(['transit']),
    links: some(links),
  },
  optional,
)

const weekMs = 7 * 86_400_000
const anyTime = fc.integer({ min: 0, max: (2 * weekMs) / 1000 }).map((at) => (seconds + at) * 1000)

export const anyWhen: fc.Arbitrary<When> = fc
  .record(
    {
      from: anyTime,
      until: anyTime,
      weekly: fc.array(
        fc.record({
          days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
          from: fc.integer({ min: 0, max: 1439 }),
          to: fc.integer({ min: 0, max: 1439 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    optional,
  )
  .filter(({ from = -Infinity, until = Infinity }) => from < until)

export const anyIntents: fc.Arbitrary<Intent[]> = fc
  .array(fc.record({ scope: anyScope, when: anyWhen, priority: fc.integer({ min: 0, max: 2 }), goal: anyGoal }), {
    maxLength: 6,
  })
  // Of records in lists fast-check makes objects without a prototype.
  .map((intents) => intents.map((one, at): Intent => ({ name: `intent-${at}`, ...structuredClone(one) })))

/** Within the times of `anyWhen`, and a week more. */
export const anyNow = fc.integer({ min: 0, max: (3 * weekMs) / 1000 }).map((at) => (seconds + at) * 1000)
