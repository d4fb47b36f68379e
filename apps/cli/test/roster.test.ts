import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rosterResourceSchema } from '@vagus/api'
import type { Agent, RosterSummary } from '@vagus/api'
import { compilePolicies } from '@vagus/access'
import type { Member, Roster } from '@vagus/identity'
import { Failure } from '../src/failure.ts'
import { noPaint } from '../src/paint.ts'
import { memberOf, withMember, withoutMember, withQuarantine } from '../src/roster/members.ts'
import { problemsText } from '../src/roster/policy-problems.ts'
import { rosterListText, rosterResource, rosterText } from '../src/roster/roster-text.ts'

const now = Date.UTC(2026, 10, 26)
const day = 86_400_000
const writer: Member = { id: 'did:key:z6MkWriter', name: 'writer', roles: ['scribe'], others: { shift: 'night' } }
const boss: Member = { id: 'did:key:z6MkBoss', name: 'boss', roles: [] }
const fleet = { members: [writer, boss] }
const refusedWith = (problem: RegExp, fix: RegExp) => (error: unknown) =>
  error instanceof Failure && problem.test(error.message) && fix.test(error.fix)

describe('the members of a roster', () => {
  test('get other roles and keep all else, or are joined by another', () => {
    const again = withMember(fleet, { id: writer.id, name: 'writer', roles: ['editor'] })
    assert.deepEqual(again, [{ ...writer, roles: ['editor'] }, boss])
    const third = { id: 'did:key:z6MkThird', name: 'third', roles: [] }
    assert.deepEqual(withMember(fleet, third), [writer, boss, third])
  })
  test('get roles with an end beside those that they have, and lose both to roles without one', () => {
    const { id, name } = writer
    const onCall = withMember(fleet, { id, name, roles: ['on-call'], until: now + day })
    assert.deepEqual(onCall, [{ ...writer, terms: [{ role: 'on-call', until: now + day }] }, boss])
    const also = withMember({ members: onCall }, { id, name, roles: ['scribe', 'on-call'], until: now })
    const terms = ['scribe', 'on-call'].map((role) => ({ role, until: now }))
    assert.deepEqual(also[0], { ...writer, roles: [], terms })
    assert.deepEqual(withMember({ members: also }, { id, name, roles: ['editor'] })[0], {
      ...writer,
      roles: ['editor'],
    })
    const fresh = withMember(fleet, { id: 'did:key:z6MkThird', name: 'third', roles: ['guest'], until: now })[2]
    assert.deepEqual([fresh!.roles, fresh!.terms], [[], [{ role: 'guest', until: now }]])
  })
  test('have a name and an id that are nobody else’s', () => {
    const other = { id: 'did:key:z6MkOther', name: 'writer', roles: [] }
    assert.throws(
      () => withMember(fleet, other),
      refusedWith(/is another agent, did:key:z6MkWriter/, /roster rm writer/),
    )
    const renamed = { id: writer.id, name: 'scribe', roles: [] }
    assert.throws(() => withMember(fleet, renamed), refusedWith(/a member already, as "writer"/, /roster rm writer/))
  })
  test('are meant by name or id; of others something near is offered', () => {
    assert.equal(memberOf(fleet, boss.id), boss)
    assert.deepEqual(withoutMember(fleet, 'boss'), [writer])
    assert.throws(() => memberOf(fleet, 'writr'), refusedWith(/no member "writr"/, /did you mean writer\?/))
  })
  test('are in quarantine since they were put there, whatever reason is given later, and out of it as before', () => {
    const first = { members: withQuarantine(fleet, 'writer', { since: now, reason: 'stolen' }) }
    const second = { members: withQuarantine(first, 'writer', { since: now + day, reason: 'found, not yet checked' }) }
    assert.deepEqual(memberOf(second, 'writer').quarantine, { since: now, reason: 'found, not yet checked' })
    assert.deepEqual(withQuarantine(second, 'writer', undefined), fleet.members)
    assert.throws(() => withQuarantine(fleet, 'boss', undefined), refusedWith(/"boss" is not in quarantine/, /show/))
  })
})

const roster: Roster = {
  owner: 'did:key:z6MkOwner',
  keyLog: [],
  epoch: 7,
  issuedAt: now - 3000,
  expiresAt: now + 13 * day,
  members: [{ ...writer, quarantine: { since: now - 60_000, reason: 'key on a stolen laptop' } }, boss],
  policies: 'permit (principal, action, resource);',
  jws: 'a.b.c',
}
const canvas = { columns: 100, paint: noPaint, detail: 'plain' } as const
const agent = (id: string, enforces: number | null) =>
  ({ id, member: { owner: roster.owner, name: 'x', roles: [], enforces } }) as unknown as Agent

describe('a roster is shown', () => {
  test('with who is in quarantine and why, and by which roster each side-car decides', () => {
    const text = rosterText({ roster, name: 'acme' }, [agent(writer.id, 6), agent(boss.id, 7)], now, canvas)
    assert.equal(
      text,
      `acme   did:key:z6MkOwner
  roster 7, signed 3 s ago, expires in 13d

NAME    ROLES   STATE                                         ROSTER   ID
writer  scribe  in quarantine for 1m: key on a stolen laptop  still 6  z6MkWriter
boss    –       member                                        7        z6MkBoss`,
    )
    assert.match(rosterText({ roster, name: 'acme' }, [agent(boss.id, null)], now, canvas), /boss .* none told/)
    assert.match(
      rosterText({ roster: { ...roster, members: [] }, name: 'acme' }, undefined, now, canvas),
      /no members yet/,
    )
  })
  test('as the API of a controller has it', () => {
    const resource = rosterResource(roster, 'acme')
    assert.deepEqual(rosterResourceSchema.parse(resource), resource)
  })
  test('in a list, by one line each', () => {
    const item: RosterSummary = {
      owner: roster.owner,
      name: null,
      epoch: 7,
      issuedAt: new Date(now - 3000).toISOString(),
      expiresAt: new Date(now - day).toISOString(),
      members: 2,
      quarantined: 1,
    }
    assert.match(
      rosterListText([item], now, canvas),
      /\n– +7 +2 members, 1 in quarantine +3 s ago +expired 1d ago +did:/,
    )
    assert.equal(rosterListText([], now, canvas), 'no owner has published a roster here yet')
  })
})

test('what is wrong with policies is shown below its line, also of a long one with tabs', () => {
  const text = `// first\n${'\t'.repeat(100)}permit (principal, action, resourc);`
  const compiled = compilePolicies(text)
  assert.ok(compiled.type === 'problems')
  const [head, line, caret] = problemsText('acme.cedar', text, compiled.problems).split('\n')
  const { line: at, column, problem } = compiled.problems[0]!
  assert.equal(head, `acme.cedar:${at}:${column}: ${problem}`)
  assert.equal(line!.slice(caret!.indexOf('^')).startsWith(text.split('\n')[1]!.slice(column - 1, column + 5)), true)
})
