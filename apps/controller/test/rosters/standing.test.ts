import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standingIn } from '../../src/rosters/standing.ts'
import { idOf, member, rosterOf } from '../support/roster.ts'

const now = Date.UTC(2026, 10, 28)
const day = 86_400_000
const roster = rosterOf(now, { epoch: 1, days: 2, members: [member(1, 'writer'), member(2, 'laptop', 'stolen')] })
const saidOf = (agent: number, at = now, of: typeof roster | undefined = roster): string => {
  const standing = standingIn(of, idOf(agent), 'acme', at)
  return standing.type === 'member' ? standing.name : standing.because
}

test('a member is what its owner calls it, as long as the roster holds', () => {
  assert.equal(saidOf(1), 'writer')
  assert.equal(saidOf(1, now + 2 * day - 1), 'writer')
})

test('everybody else is barred, for a reason', () => {
  assert.match(saidOf(2), /^laptop is in quarantine since 2026-11-26T00:00:00.*: stolen$/)
  assert.equal(saidOf(3), `${idOf(3)} is no member of the fleet of acme`)
  assert.match(saidOf(1, now + 2 * day), /^the roster of acme expired at 2026-11-30/)
  assert.equal(standingIn(undefined, idOf(1), 'acme', now).type, 'barred')
})
