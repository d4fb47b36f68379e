import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Agent, RosterSummary } from '@vagus/api'
import { fleetChecks } from '../src/doctor/rosters.ts'

const now = Date.UTC(2026, 10, 26)
const day = 86_400_000
const time = (at: number): string => new Date(at).toISOString()
const owner = 'did:key:z6MkOwner'
const roster = (days: number): RosterSummary => ({
  owner,
  name: 'acme',
  epoch: 7,
  issuedAt: time(now),
  expiresAt: time(now + days * day),
  members: 2,
  quarantined: 0,
})
const agent = (name: string, enforces: number | null, state: Agent['state'] = 'reachable'): Agent => ({
  name,
  id: `did:key:z6Mk${name}`,
  tag: 'fd76::1',
  role: 'worker',
  skills: [],
  epoch: 1,
  state,
  site: null,
  seenAt: time(now),
  expiresAt: time(now + day),
  locators: [],
  member: { owner, name, roles: [], enforces },
})
const found = (...args: Parameters<typeof fleetChecks>) =>
  fleetChecks(...args).map(({ state, found }) => `${state} ${found}`)

test('nothing is said of rosters where there are none', () =>
  assert.deepEqual(fleetChecks({ rosters: [], agents: [] }, now), []))

test('a roster is warned of 14 days before it expires, and has failed when it has', () => {
  const say = (days: number) => found({ rosters: [roster(days)], agents: [] }, now)
  assert.deepEqual(say(14), ['ok 1 fleet with 2 members; none expires soon'])
  assert.deepEqual(say(13), ['warn the roster of acme expires in 13d; then its members call nobody'])
  assert.deepEqual(say(-1), ['fail the roster of acme expired 1d ago: its members call nobody and nobody calls them'])
})

test('side-cars that decide by no roster, or an older one, are named while they can be reached', () => {
  const agents = [agent('a', 7), agent('b', null), agent('c', 6), agent('d', null, 'away'), agent('e', 6, 'silent')]
  assert.deepEqual(found({ rosters: [roster(90)], agents }, now), [
    'warn members of acme whose side-cars tell of no roster, and may serve anyone: b',
    'warn members of acme whose side-cars have not got roster 7 yet: c',
  ])
})
