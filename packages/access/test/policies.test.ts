import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  CedarRecord,
  CedarSet,
  compilePolicies,
  type Decision,
  Entity,
  EntityUid,
  type PolicyProblem,
  type Value,
} from '../src/index.ts'

const uid = (type: string, id: string): EntityUid => new EntityUid(type, id)
const record = (members: Readonly<Record<string, Value>>): CedarRecord =>
  new CedarRecord(new Map(Object.entries(members)))
const nightly = new Entity(uid('Role', 'nightly'), [uid('Role', 'all')])
const writer = new Entity(
  uid('Agent', 'writer'),
  [nightly.uid, uid('Role', 'all')],
  record({
    name: 'writer',
    level: 3,
    tags: new CedarSet(['a', 'b']),
    boss: uid('Agent', 'boss'),
    info: record({ on: true }),
  }),
)
const boss = new Entity(uid('Agent', 'boss'), [], record({ name: 'boss' }))
const mcp = new Entity(uid('Action', 'mcp'), [uid('Action', 'call')])
const known = new Map([writer, boss, nightly].map((entity) => [entity.uid.key, entity]))

function decide(text: string): Decision {
  const answer = compilePolicies(text)
  assert.ok(answer.type === 'compiled', `${text.slice(0, 1000)}\n${JSON.stringify(answer)}`)
  return answer.policies.decide({
    principal: writer,
    action: mcp,
    resource: boss,
    context: record({ path: '/a/b', tool: 'read_file', can: new CedarSet(['report.write']), 'odd name': 1 }),
    entityOf: ({ key }) => known.get(key),
  })
}

/** What a condition is: true, false, or why it has no value. */
function valueOf(condition: string): boolean | string {
  const { allowed, failures } = decide(`permit (principal, action, resource) when { ${condition} };`)
  return failures[0]?.problem ?? allowed
}

function problemsOf(text: string): readonly PolicyProblem[] {
  const answer = compilePolicies(text)
  assert.ok(answer.type === 'problems', text.slice(0, 1000))
  return answer.problems
}

const problemOf = (condition: string): string => {
  const [{ problem, line, column }] = problemsOf(`permit (principal, action, resource)\nwhen { ${condition} };`) as [
    PolicyProblem,
  ]
  return `${line}:${column - 7} ${problem}`
}

describe('conditions', () => {
  const holds: readonly string[] = [
    'true && !false && (false || true)',
    '1 + 2 * 3 - 4 == 3',
    '-9223372036854775808 < 9223372036854775807',
    '9007199254740993 != 9007199254740992',
    '9007199254740993 - 1 == 9007199254740992',
    '3037000499 * 3037000499 == 9223372030926249001',
    '0 * -1 == 0 && [0].contains(0 * -1)',
    '--1 == 1 && - - 1 == 1 && -(1) == -1',
    'if principal.level > 2 then true else 1',
    '1 != "1" && 1 != true && principal != "writer"',
    '[1, 2, 2] == [2, 1] && [[1], { a: 1 }].contains({ "a": 1 })',
    '{ a: [1], b: { c: true } } == { b: { c: true }, a: [1, 1] }',
    '[].isEmpty() && ![1].isEmpty()',
    'principal.tags.containsAll(["b"]) && principal.tags.containsAny(["c", "b"]) && !principal.tags.containsAny([])',
    'context.can.contains("report.write")',
    'context["odd name"] == 1 && context has "odd name" && !(context has odd)',
    'principal has info.on && !(principal has info.off) && !(principal has off.on) && !(Agent::"nobody" has name)',
    'principal.info.on && principal.boss.name == "boss" && Agent::"writer".level == 3',
    'principal is Agent && !(principal is Role) && principal is Agent in Role::"all"',
    'principal in principal && principal in [Role::"x", Role::"all"] && !(principal in []) && Agent::"x" in Agent::"x"',
    'Role::"nightly" in Role::"all" && action in Action::"call" && action == Action::"mcp"',
    'context.path like "/a/*" && context.path like "*" && context.path like "/*/b" && !(context.path like "/a")',
    '"a*b" like "a\\*b" && "a*b" like "*\\**" && !("ab" like "a\\*b") && "" like "" && "aa" like "*a*a*" && !("a" like "*a*a*")',
    '"\\u{1F600}\\x41\\n\\t\\r\\0\\\\\\"\\\'" == "😀A\n\\t\\r\\u{0}\\u{5c}\\u{22}\'"',
    'false && 1 == 2 || true || 1',
  ]
  for (const condition of holds) test(condition, () => assert.equal(valueOf(condition), true))

  const fails: readonly (readonly [condition: string, problem: string])[] = [
    ['1', 'needs a boolean, and got a long'],
    ['true && "x"', 'needs a boolean, and got a string'],
    ['!1 == 1', 'needs a boolean, and got a long'],
    ['if 1 then true else true', 'needs a boolean, and got a long'],
    ['"a" < "b"', 'needs a long, and got a string'],
    ['9223372036854775807 + 1 > 0', '9223372036854775807 + 1 does not fit into 64 bits'],
    ['-9223372036854775808 - 1 < 0', '-9223372036854775808 - 1 does not fit into 64 bits'],
    ['--9223372036854775808 > 0', '0 - -9223372036854775808 does not fit into 64 bits'],
    ['4611686018427387904 * 2 > 0', '4611686018427387904 * 2 does not fit into 64 bits'],
    ['context.missing == 1', 'context has no "missing"'],
    ['principal.boss.level == 1', 'an entity of type Agent has no "level"'],
    ['Agent::"nobody".name == "x"', 'an entity of type Agent has no "name"'],
    ['context.path.a == 1', 'needs a record or an entity, and got a string'],
    ['context.path has a', 'needs a record or an entity, and got a string'],
    ['context has path.a', 'needs a record or an entity, and got a string'],
    ['context in principal', 'needs an entity, and got a record'],
    ['principal in [principal, 1]', 'needs a set of entities only, and got a long'],
    ['principal in "x"', 'needs an entity or a set of entities, and got a string'],
    ['1 is Agent', 'needs an entity, and got a long'],
    ['1 like "1"', 'needs a string, and got a long'],
    ['1.contains(1)', 'needs a set, and got a long'],
    ['[1].containsAll(1)', 'needs a set, and got a long'],
    ['[context.missing, 1] == []', 'context has no "missing"'],
    ['{ a: context.missing } == {}', 'context has no "missing"'],
  ]
  for (const [condition, problem] of fails)
    test(`${condition}: ${problem}`, () => assert.equal(valueOf(condition), problem))
})

describe('policies', () => {
  const all = 'principal, action, resource'

  test('deny where none permits, and where one forbids', () => {
    assert.deepEqual(decide(''), { allowed: false, policies: [], failures: [] })
    assert.deepEqual(decide(`permit (${all}); permit (${all});`).policies, ['policy0', 'policy1'])
    const both = decide(`permit (${all}); @id("no") forbid (${all}); forbid (${all}) when { false };`)
    assert.deepEqual([both.allowed, both.policies], [false, ['no']])
    assert.equal(decide(`permit (${all}); forbid (${all}) when { context.missing };`).allowed, true)
  })

  test('take all conditions together, unless negated', () => {
    const allowed = (conditions: string): boolean => decide(`permit (${all}) ${conditions};`).allowed
    assert.equal(allowed('when { true } unless { false } when { 1 == 1 }'), true)
    assert.equal(allowed('when { true } unless { true }'), false)
    assert.equal(allowed('when { false } when { context.missing }'), false)
  })

  test('match by what principal, action and resource are, and are in', () => {
    const scopes: readonly (readonly [scope: string, matches: boolean])[] = [
      ['principal == Agent::"writer", action, resource', true],
      ['principal == Role::"all", action, resource', false],
      ['principal in Agent::"writer", action, resource', true],
      ['principal in (Role::"all"), action, resource', true],
      ['principal in Role::"other", action, resource', false],
      ['principal is Agent, action, resource is Agent', true],
      ['principal is Role, action, resource', false],
      ['principal is Agent in Role::"nightly", action, resource,', true],
      ['principal is Agent in Role::"other", action, resource', false],
      ['principal, action == Action::"mcp", resource', true],
      ['principal, action == Action::"call", resource', false],
      ['principal, action in Action::"call", resource', true],
      ['principal, action in [Action::"a2a", Action::"mcp"], resource', true],
      ['principal, action in [], resource', false],
      ['principal, action, resource == Agent::"boss"', true],
      ['principal in Role::"all", action, resource in Role::"all"', false],
      ['principal in Role::"all", action, resource in Agent::"boss"', true],
    ]
    for (const [scope, matches] of scopes) assert.equal(decide(`permit (${scope});`).allowed, matches, scope)
  })

  test('are named by @id, else by position, and carry any other annotation', () => {
    const text = `@id("a\\x62") @if @why("because") permit (${all}); // comment with ;\npermit(${all});`
    assert.deepEqual(decide(text).policies, ['ab', 'policy1'])
  })

  test('among many, the index misses none', () => {
    const groups = ['Role::"all"', 'Role::"nightly"', 'Agent::"writer"', 'Agent::"boss"', 'Role::"other"']
    const scopes = groups.flatMap((group) =>
      groups.map((other) => [group, other, `principal in ${group}, action, resource in ${other}`] as const),
    )
    const { policies } = decide(
      scopes.map(([, , scope]) => `@id("${scope.replaceAll('"', '')}") permit (${scope});`).join('\n'),
    )
    const expected = scopes
      .filter(
        ([group, other]) =>
          ['Role::"all"', 'Role::"nightly"', 'Agent::"writer"'].includes(group) && other === 'Agent::"boss"',
      )
      .map(([, , scope]) => scope.replaceAll('"', ''))
    assert.deepEqual(policies, expected)
  })
})

describe('what is refused', () => {
  const rejects: readonly (readonly [condition: string, problem: string])[] = [
    ['ip("10.0.0.1").isIpv4()', '2:1 ip() is not supported: extension types and tags of Cedar are left out'],
    ['principal.getTag("a")', '2:11 getTag() is not supported: extension types and tags of Cedar are left out'],
    ['principal == ?principal', '2:14 ?principal is not supported: templates of Cedar are left out'],
    ['1 < 2 < 3', '2:7 a relation of a relation needs parentheses around the inner one'],
    ['1 = 2', '2:3 "=" means nothing in Cedar; write =='],
    ['6 / 2 == 3', '2:3 Cedar has no "/"; longs are only added, subtracted and multiplied'],
    ['!!!!!true', '2:1 at most 4 "!" may stand in a row'],
    ['!-1', '2:2 expected an expression, found "-"'],
    ['9223372036854775808', '2:1 the number does not fit into 64 bits: -9223372036854775808..9223372036854775807'],
    ['caller == 1', '2:1 "caller" is no variable; there are principal, action, resource, context'],
    ['size([1])', '2:1 there is no function "size"'],
    ['[1].size()', '2:5 there is no method "size"; there are contains, containsAll, containsAny, isEmpty'],
    ['[1].contains()', '2:5 contains takes one argument'],
    ['[1].isEmpty(1)', '2:5 isEmpty takes no argument'],
    ['{ a: 1, "a": 2 }', '2:9 the record has two members "a"'],
    ['context.if', '2:9 "if" is a word of Cedar itself; expected the name of an attribute or method'],
    ['context has if', '2:13 "if" is a word of Cedar itself; expected the name of an attribute, or a text that is one'],
    ['context.path like context.path', '2:19 expected a pattern: a text such as "/reports/*", found "context"'],
    [
      '"\\q"',
      '2:2 there is no escape "\\q"; there are \\n, \\r, \\t, \\0, \\\\, \\\', \\", \\x41 up to \\x7f and \\u{1F600}',
    ],
    ['"a\\u{d800}"', '2:3 \\u{d800} is no character of Unicode; there are \\u{0} to \\u{10ffff}'],
    ['"a\\*"', '2:3 "\\*" means something only in a pattern of like; write *'],
    ['true & true', '2:6 "&" means nothing here; write &&'],
    ['"open', '2:1 this text does not end; it ends with a quotation mark without a backslash before it'],
    ['Agent::writer', '2:1 "Agent::writer" is no variable; there are principal, action, resource, context'],
    ['Agent::{}', '2:8 expected the id of the entity as a text, as in Agent::"id", found "{"'],
    ['', '2:2 expected an expression, found "}"'],
  ]
  for (const [condition, problem] of rejects) test(condition, () => assert.equal(problemOf(condition), problem))

  const policies: readonly (readonly [text: string, problem: RegExp])[] = [
    ['allow (principal, action, resource);', /^1:1 expected "permit" or "forbid" to begin a policy, found "allow"/],
    ['permit (action, principal, resource);', /^1:9 expected "principal" at this place of the scope/],
    ['permit (principal, action is Action, resource);', /^1:27 expected "," and "resource"/],
    ['permit (principal, action == Agent::"x", resource);', /^1:30 Agent::"x" is no action; one is Action::"x"/],
    [
      'permit (principal in [Role::"x"], action, resource);',
      /^1:22 expected an entity, such as Role::"writer", found "\["/,
    ],
    ['permit (principal is Agent == Agent::"x", action, resource);', /^1:28 expected "," and "action"/],
    ['permit (principal == ?principal, action, resource);', /not supported: templates/],
    ['permit (principal, action, resource)', /^1:37 expected "when", "unless" or ";", found the end of the policies/],
    ['permit (principal, action, resource) if { true };', /^1:38 expected "when", "unless" or ";"/],
    ['@a("1") @a("2") permit (principal, action, resource);', /^1:10 the policy has two annotations @a/],
    [
      'permit (principal, action, resource);\n@id("policy0") permit (principal, action, resource);',
      /^2:16 another policy has the id "policy0"/,
    ],
  ]
  for (const [text, problem] of policies) {
    test(text, () => {
      const [first] = problemsOf(text) as [PolicyProblem]
      assert.match(`${first.line}:${first.column} ${first.problem}`, problem)
    })
  }

  test('is told for each policy, up to a limit', () => {
    const wrong = 'permit (principal, action);\n'
    const problems = problemsOf(`${wrong}permit (principal, action, resource);\n${wrong}`)
    assert.deepEqual(
      problems.map(({ line, column }) => [line, column]),
      [
        [1, 26],
        [3, 26],
      ],
    )
    assert.equal(problemsOf(wrong.repeat(100)).length, 16)
  })
})

describe('limits', () => {
  const permit = (condition: string): string => `permit (principal, action, resource) when { ${condition} };`

  test('of nesting, so that nothing overflows the stack', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['[', ']'],
      ['{a:', '}'],
      ['!(', ')'],
      ['if true then ', ' else 1'],
      ['[1].contains(', ')'],
    ] as const) {
      const nested = (depth: number): string => permit(`${open.repeat(depth)}1${close.repeat(depth)} == 1`)
      assert.match(problemsOf(nested(5000))[0]!.problem, /nested at most 64 deep/, open)
      assert.equal(compilePolicies(nested(50)).type, 'compiled', open)
    }
    assert.match(problemsOf(permit(`context${'.a'.repeat(65)}`))[0]!.problem, /at most 64 attributes and methods/)
    assert.match(problemsOf(permit(`context has ${'a.'.repeat(64)}a`))[0]!.problem, /at most 64 names/)
    assert.match(problemsOf(`permit (principal in ${'('.repeat(50_000)}`)[0]!.problem, /not supported in a scope/)
  })

  test('are not those of long chains', () => {
    const chain = (value: string, operator: string): string =>
      Array.from({ length: 40_000 }, () => value).join(operator)
    const conditions = [
      `${chain('1', '+')} == 40000`,
      `${chain('1', '*')} == 1`,
      `[${chain('1', ',')}] == [1]`,
      chain('true', '&&'),
      `!(${chain('1<0', '||')})`,
    ]
    for (const condition of conditions) assert.ok(valueOf(condition) === true, condition.slice(0, 20))
  })

  test('of the number and the length of policies', () => {
    assert.equal(compilePolicies('permit(principal,action,resource);'.repeat(1024)).type, 'compiled')
    const [problem] = problemsOf('permit(principal,action,resource);'.repeat(1025))
    assert.match(problem!.problem, /at most 1024 policies/)
    assert.match(problemsOf(' '.repeat(262_145))[0]!.problem, /262145 characters; at most 262144 are read/)
    assert.equal(compilePolicies(' '.repeat(262_144)).type, 'compiled')
  })

  test('hold for any text: it compiles, or its problems have their places in it', () => {
    const pieces = fc.constantFrom(
      ...'permit forbid ( ) { } [ ] , ; : :: . == != < in has is like && || ! - + * if then else "a" "*" 1 principal action resource context when unless @id Agent::"x" ?principal // \n'.split(
        ' ',
      ),
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const answer = compilePolicies(text)
        if (answer.type === 'compiled') return
        const lines = text.split('\n')
        for (const { line, column } of answer.problems) {
          assert.ok(column >= 1 && column <= lines[line - 1]!.length + 1, `${line}:${column}`)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
