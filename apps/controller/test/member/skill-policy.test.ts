/** Which skills the policies of a fleet let an agent use, by the roster of the moment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SkillPolicy } from '../../src/member/skill-policy.ts'
import { idOf, member, rosterOf } from '../support/roster.ts'

const now = Date.UTC(2026, 10, 28)
const policies = `
permit (principal, action == Action::"a2a", resource) when { context.operation == "SendMessage" };
@id("no lines") forbid (principal, action, resource) when { context has skill && context.skill == "private-line" };
`
const members = [member(1, 'writer'), member(2, 'network')]
const roster = { ...rosterOf(now, { epoch: 1, days: 2, members }), policies }

test('a skill is decided by the policies, beside the operation', () => {
  let at = now
  let newest: typeof roster | undefined = roster
  const policy = new SkillPolicy({ roster: () => newest, own: () => idOf(2), now: () => at })
  assert.equal(policy.refusalOf(idOf(1), 'SendMessage', 'insight'), undefined)
  assert.match(policy.refusalOf(idOf(1), 'SendMessage', 'private-line')!, /no lines/)
  assert.notEqual(policy.refusalOf(idOf(1), 'SendStreamingMessage', 'insight'), undefined)
  assert.notEqual(policy.refusalOf(idOf(3), 'SendMessage', 'insight'), undefined)
  newest = { ...roster, policies: 'permit (principal, action, resource);' }
  assert.equal(policy.refusalOf(idOf(1), 'SendMessage', 'private-line'), undefined)
  at = now + 2 * 86_400_000
  assert.match(policy.refusalOf(idOf(1), 'SendMessage', 'insight')!, /no roster of the fleet that holds/)
  newest = undefined
  assert.match(policy.refusalOf(idOf(1), 'SendMessage', 'insight')!, /no roster/)
  newest = { ...roster, policies: 'permit' }
  at = now
  assert.match(policy.refusalOf(idOf(1), 'SendMessage', 'insight')!, /cannot be used/)
})
