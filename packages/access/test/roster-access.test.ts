import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Member, Roster } from '@vagus/identity'
import {
  type Access,
  type Call,
  compilePolicies,
  outsideGatewayRole,
  rosterAccess,
  rosterActions,
} from '../src/index.ts'

const [boss, writer, reader, stolen, child] = ['boss', 'writer', 'reader', 'stolen', 'child'].map(
  (name) => `did:key:z6Mk${name}`,
) as [string, string, string, string, string]
const members: readonly Member[] = [
  { id: boss, name: 'boss', roles: ['boss'] },
  { id: writer, name: 'writer', roles: ['report-writer', 'nightly'] },
  { id: reader, name: 'reader', roles: ['nightly'] },
  {
    id: stolen,
    name: 'stolen',
    roles: ['boss'],
    quarantine: { since: 1_790_000_000_000, reason: 'key on a stolen laptop' },
  },
]

const roster: Roster = {
  owner: 'did:key:z6Mkowner',
  keyLog: [],
  epoch: 1,
  issuedAt: 0,
  expiresAt: 1,
  members,
  policies: '',
  jws: '',
}

function accessOf(policies: string): Access {
  const answer = rosterAccess({ ...roster, policies }, 0)
  assert.ok(answer.type === 'compiled', JSON.stringify(answer))
  return answer.access
}

const call = (changes: Partial<Call> = {}): Call => ({
  caller: boss,
  called: writer,
  protocol: 'a2a',
  path: '/',
  ...changes,
})
const everybody = accessOf('permit (principal, action, resource);')
const mandate = { root: writer, capabilities: ['report.write'] }

describe('access by a roster', () => {
  test('knows members by id, name and role', () => {
    assert.equal(everybody.member(writer)!.name, 'writer')
    assert.equal(everybody.memberNamed('writer')!.id, writer)
    assert.deepEqual(
      everybody.withRole('nightly').map(({ name }) => name),
      ['writer', 'reader'],
    )
    assert.deepEqual(
      everybody.withRole('boss').map(({ name }) => name),
      ['boss', 'stolen'],
    )
    assert.deepEqual(
      [everybody.member('x'), everybody.memberNamed('x'), everybody.withRole('x')],
      [undefined, undefined, []],
    )
    assert.deepEqual(
      [boss, stolen, child].map((id) => everybody.isActive(id)),
      [true, false, false],
    )
  })

  test('knows the roles of its moment: one that has ended is none', () => {
    const ending: Member = { ...members[2]!, terms: [{ role: 'on-call', until: 5000 }] }
    const policies = 'permit (principal in Role::"on-call", action, resource);'
    const at = (now: number): Access => {
      const answer = rosterAccess({ ...roster, members: [members[1]!, ending], policies }, now)
      assert.ok(answer.type === 'compiled')
      return answer.access
    }
    assert.deepEqual(at(4999).member(reader)!.roles, ['nightly', 'on-call'])
    assert.deepEqual(at(4999).withRole('on-call'), [at(4999).memberNamed('reader')])
    assert.equal(at(4999).decide(call({ caller: reader })).allowed, true)
    assert.deepEqual([at(5000).member(reader)!.roles, at(5000).withRole('on-call')], [['nightly'], []])
    assert.equal(at(5000).decide(call({ caller: reader })).allowed, false)
  })
  test('lets members call each other where a policy permits it, and says which', () => {
    assert.deepEqual(everybody.decide(call()), {
      allowed: true,
      policies: ['policy0'],
      because: 'permitted by "policy0"',
      failures: [],
    })
  })

  test('lets nobody call where no policy permits it', () => {
    const { allowed, policies, because } = accessOf('').decide(call())
    assert.deepEqual([allowed, policies], [false, []])
    assert.equal(
      because,
      'no policy permits boss to call writer over a2a; the owner of the roster would have to add one',
    )
  })

  test('a policy that forbids beats all that permit', () => {
    const access = accessOf(`
      permit (principal, action, resource);
      @id("no-nights") forbid (principal in Role::"nightly", action, resource);`)
    assert.equal(access.decide(call()).allowed, true)
    const { allowed, policies, because } = access.decide(call({ caller: reader }))
    assert.deepEqual([allowed, policies], [false, ['no-nights']])
    assert.match(because, /^forbidden by "no-nights"/)
  })

  test('nobody in quarantine calls or is called, whatever the policies say, and hears why', () => {
    const why = 'stolen is in quarantine since 2026-09-21T14:13:20Z: key on a stolen laptop'
    assert.equal(everybody.decide(call({ caller: stolen })).because, why)
    assert.equal(everybody.decide(call({ called: stolen })).because, why)
    assert.equal(everybody.decide(call({ caller: stolen })).allowed, false)
    assert.equal(everybody.refusalOf(stolen), why)
  })

  test('nobody from outside calls or is called', () => {
    assert.match(everybody.decide(call({ caller: child })).because, /z6Mkchild is no member of the roster/)
    assert.match(everybody.decide(call({ called: child })).because, /z6Mkchild is no member of the roster/)
  })

  test('a delegate of a member calls with what it may do, and has no role of the member', () => {
    const byDelegate = call({ caller: child, called: boss, mandate })
    assert.equal(everybody.decide(byDelegate).allowed, true)
    assert.equal(
      accessOf('permit (principal in Role::"report-writer", action, resource);').decide(byDelegate).allowed,
      false,
    )
    assert.equal(
      accessOf(`permit (principal in Delegate::"${writer}", action, resource);`).decide(byDelegate).allowed,
      true,
    )
    const byCapability = accessOf('permit (principal, action, resource) when { context.can.contains("report.write") };')
    assert.equal(byCapability.decide(byDelegate).allowed, true)
    assert.equal(byCapability.decide(call()).allowed, false, 'a member that shows no mandate')
  })

  test('a delegate of nobody in the roster, or of somebody in quarantine, is refused', () => {
    const of = (root: string): string =>
      everybody.decide(call({ caller: child, mandate: { root, capabilities: [] } })).because
    assert.match(of('did:key:z6Mkstranger'), /in the name of did:key:z6Mkstranger, and neither is a member/)
    assert.equal(
      of(stolen),
      'stolen, in whose name it acts, is in quarantine since 2026-09-21T14:13:20Z: key on a stolen laptop',
    )
    assert.equal(
      everybody.decide(call({ mandate: { root: stolen, capabilities: [] } })).allowed,
      false,
      'a member, too',
    )
  })

  test('a member that acts for somebody outside keeps its own roles', () => {
    const outside = { root: 'did:key:z6Mkstranger', capabilities: ['a'] }
    assert.equal(
      accessOf('permit (principal in Role::"boss", action, resource);').decide(call({ mandate: outside })).allowed,
      true,
    )
  })

  test('policies see protocol, path, operation, tool, skill, and names', () => {
    const allowed = (condition: string, changes: Partial<Call>, scope = 'principal, action, resource'): boolean =>
      accessOf(`permit (${scope}) when { ${condition} };`).decide(call(changes)).allowed
    assert.equal(allowed('context.path like "/reports/*"', { path: '/reports/7' }), true)
    assert.equal(allowed('context.path like "/reports/*"', { path: '/report' }), false)
    assert.equal(allowed('context has tool && context.tool == "read_file"', { tool: 'read_file' }), true)
    assert.equal(allowed('context has tool && context.tool == "read_file"', {}), false)
    assert.equal(allowed('context has skill && context.skill == "insight"', { skill: 'insight' }), true)
    assert.equal(allowed('context has skill', {}), false)
    assert.equal(allowed('context.operation == "tools/call"', { operation: 'tools/call' }), true)
    assert.equal(allowed('principal.name == "boss" && resource.name == "writer"', {}), true)
    for (const protocol of ['a2a', 'mcp', 'http'] as const) {
      assert.equal(allowed('true', { protocol }, `principal, action == Action::"${protocol}", resource`), true)
      assert.equal(allowed('true', { protocol }, 'principal, action in Action::"call", resource'), true)
    }
    assert.equal(
      allowed('true', { protocol: 'mcp' }, 'principal, action in [Action::"a2a", Action::"http"], resource'),
      false,
    )
  })

  test('a policy that errs does not count, and its failure is told', () => {
    const access = accessOf(`
      @id("tools") permit (principal, action, resource) when { context.tool == "x" };
      @id("broken") forbid (principal, action, resource) when { 1 };`)
    const { allowed, failures, because } = access.decide(call())
    assert.equal(allowed, false)
    assert.deepEqual(failures, [
      { policy: 'tools', line: 2, problem: 'context has no "tool"' },
      { policy: 'broken', line: 3, problem: 'needs a boolean, and got a long' },
    ])
    assert.match(
      because,
      /"tools" at line 2 of the policies does not count: context has no "tool"; "broken" at line 3 /,
    )
  })

  test('a policy that should forbid and errs is told beside what permits', () => {
    const access = accessOf(`permit (principal, action, resource);
      @id("typo") forbid (principal, action, resource) when { context.skil == "x" };`)
    const { allowed, because } = access.decide(call())
    assert.equal(allowed, true)
    assert.match(
      because,
      /^permitted by "policy0"; "typo" at line 2 of the policies does not count: context has no "skil"/,
    )
  })

  test('policies about no action of a roster are found, with their line', () => {
    const strange = (action: string) => {
      const compiled = compilePolicies(
        `permit (principal, action, resource);\nforbid (principal, ${action}, resource);`,
      )
      assert.ok(compiled.type === 'compiled')
      return compiled.policies.strangeActions(rosterActions).map(({ line, problem }) => `${line}: ${problem}`)
    }
    for (const right of ['action', 'action == Action::"publish"', 'action in [Action::"call", Action::"group"]'])
      assert.deepEqual(strange(right), [])
    assert.match(
      strange('action == Action::"publis"').join(),
      /^2: Action::"publis" is no action of a call; .*subscribe/,
    )
    assert.match(strange('action in [Action::"mcp", Action::"tool"]').join(), /^2: Action::"tool" is no action/)
  })

  test('tells whether bodies must be read', () => {
    const reads = (condition: string): boolean =>
      accessOf(`permit (principal, action, resource) when { ${condition} };`).readsContent
    for (const condition of ['true', 'context.path == "/"', 'context has can', 'principal.name == "tool"']) {
      assert.equal(reads(condition), false, condition)
    }
    for (const condition of [
      'context.tool == "x"',
      'context["operation"] == "x"',
      'context has tool',
      'context has skill',
      'context has "operation"',
      '{ a: context }.a.tool == "x"',
      'context == {}',
      'if true then [context].isEmpty() else 1 + 2 * -3 < 4',
      '!(1 in [principal, action] || principal is Agent in [context.tool])',
    ]) {
      assert.equal(reads(condition), true, condition)
    }
  })

  test('policies that do not compile are told with their place', () => {
    const answer = rosterAccess({ ...roster, policies: 'permit (principal, action);' }, 0)
    assert.ok(answer.type === 'problems')
    assert.deepEqual(answer.problems, [
      { line: 1, column: 26, problem: 'expected "," and "resource" after the action, found ")"' },
    ])
  })
})

describe('groups by a roster', () => {
  const access = accessOf(`
    permit (principal, action, resource);
    @id("watch") forbid (principal, action == Action::"publish", resource == Group::"nightly") unless { principal in Role::"boss" };
    @id("silent") forbid (principal, action in Action::"group", resource) when { resource.name == "silent" };
  `)
  const may = (member: string, action: 'publish' | 'subscribe', group = 'nightly') =>
    access.decideGroup({ member, action, group })

  test('are decided by member, action and group', () => {
    assert.ok(
      may(boss, 'publish').allowed && may(reader, 'subscribe').allowed && may(reader, 'publish', 'other').allowed,
    )
    assert.equal(may(reader, 'publish').because, 'forbidden by "watch"; a policy that forbids beats all that permit')
    assert.deepEqual(may(boss, 'subscribe', 'silent').policies, ['silent'])
  })

  test('are closed to members in quarantine and to strangers, and without a policy', () => {
    assert.match(may(stolen, 'subscribe').because, /in quarantine since .*: key on a stolen laptop/)
    assert.match(may(child, 'publish').because, /is no member of the roster/)
    const calls = accessOf('permit (principal, action in Action::"call", resource);')
    assert.match(
      calls.decideGroup({ member: boss, action: 'publish', group: 'nightly' }).because,
      /^no policy permits boss to publish in the group nightly; the owner/,
    )
  })
})

describe('somebody outside, for whom a gateway calls', () => {
  const door = 'did:key:z6Mkdoor'
  const outsider = { issuer: 'https://idp.example', subject: 'alice', scopes: ['read'], groups: ['staff'] }
  const withDoor = (policies: string, roles: readonly string[] = [outsideGatewayRole, 'boss']): Access => {
    const answer = rosterAccess({ ...roster, policies, members: [...members, { id: door, name: 'door', roles }] }, 0)
    assert.ok(answer.type === 'compiled', JSON.stringify(answer))
    return answer.access
  }
  const asked = (policies: string, changes: Partial<Call> = {}): boolean =>
    withDoor(policies).decide(call({ caller: door, outsider, ...changes })).allowed

  test('is a principal of its own, by its name, its issuer, the gateway and what the token says', () => {
    for (const scope of [
      'principal == Outsider::"https://idp.example#alice"',
      'principal in Issuer::"https://idp.example"',
      `principal in Gateway::"${door}"`,
      'principal is Outsider',
    ])
      assert.ok(asked(`permit (${scope}, action, resource);`), scope)
    for (const condition of [
      'principal.scopes.contains("read")',
      'principal.groups.contains("staff")',
      'principal.subject == "alice" && principal.issuer == "https://idp.example" && principal.gateway == "door"',
    ])
      assert.ok(asked(`permit (principal, action, resource) when { ${condition} };`), condition)
  })
  test('has nothing of what the gateway may', () => {
    for (const scope of [
      'principal is Agent',
      `principal == Agent::"${door}"`,
      'principal in Role::"boss"',
      `principal in Role::"${outsideGatewayRole}"`,
    ])
      assert.ok(!asked(`permit (${scope}, action, resource);`), scope)
    const mandate = { root: boss, capabilities: ['x'] }
    assert.ok(!asked('permit (principal, action, resource) when { context has can };', { mandate }))
  })
  test('is nobody without a gateway that may speak for outsiders', () => {
    const { allowed, because } = withDoor('permit (principal, action, resource);', ['boss']).decide(
      call({ caller: door, outsider }),
    )
    assert.ok(!allowed)
    assert.match(because, /^door may not speak for callers outside; .* outside-gateway$/)
    assert.ok(!everybody.decide(call({ outsider })).allowed)
    assert.ok(!everybody.decide(call({ caller: child, mandate, outsider })).allowed)
  })
  test('is named in the reason', () => {
    const { because } = withDoor('').decide(call({ caller: door, outsider }))
    assert.match(because, /^no policy permits alice of https:\/\/idp\.example to call writer over a2a;/)
  })
})
