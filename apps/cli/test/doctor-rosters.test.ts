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
/** Of a controller that runs since yesterday, or since some seconds. */
const at = (seconds = 86_400) => ({ now: time(now), startedAt: time(now - seconds * 1000) })
const found = (fleets: Parameters<typeof fleetChecks>[0], seconds?: number) =>
  fleetChecks(fleets, at(seconds)).map(({ state, found }) => `${state} ${found}`)

test('nothing is said of rosters where there are none', () =>
  assert.deepEqual(fleetChecks({ rosters: [], agents: [] }, at()), []))

test('a roster is warned of 14 days before it expires, and has failed when it has', () => {
  const say = (days: number) => found({ rosters: [roster(days)], agents: [] })
  assert.deepEqual(say(14), ['ok 1 fleet with 2 members; none expires soon'])
  assert.deepEqual(say(13), ['warn the roster of acme expires in 13d; then its members call nobody'])
  assert.deepEqual(say(-1), ['fail the roster of acme expired 1d ago: its members call nobody and nobody calls them'])
})

test('side-cars that decide by no roster, or an older one, are named while they can be reached', () => {
  const agents = [agent('a', 7), agent('b', null), agent('c', 6), agent('d', null, 'away'), agent('e', 6, 'silent')]
  assert.deepEqual(found({ rosters: [roster(90)], agents }), [
    'warn members of acme whose side-cars tell of no roster, and may serve anyone: b',
    'warn members of acme whose side-cars have not got roster 7 yet: c',
  ])
})

test('just after a start of the controller, side-cars have not reported yet, which is no fault of theirs', () => {
  const fleets = { rosters: [roster(90)], agents: [agent('a', 7), agent('b', null), agent('c', 6)] }
  assert.deepEqual(found(fleets, 4), [
    'ok members of acme that have not reported yet, as the controller started 4 s ago: b',
    'warn members of acme whose side-cars have not got roster 7 yet: c',
  ])
  assert.match(found(fleets, 35)[0]!, /^warn members of acme whose side-cars tell of no roster/)
})
