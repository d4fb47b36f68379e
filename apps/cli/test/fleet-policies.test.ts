/** The policies that the page of fleets shows, each with what it is to bring about. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Call, rosterAccess } from '@vagus/access'
import type { Member, Roster } from '@vagus/identity'

const page = readFileSync(new URL('../../../docs/21-fleets.md', import.meta.url), 'utf8')
const shown = new Map(
  [...page.matchAll(/^\| (.+?) +\| `((?:permit|forbid) .*;)` +\|$/gm)].map(([, what, policy]) => [what!, policy!]),
)

const member = (name: string, ...roles: string[]): Member => ({ id: `did:key:${name}`, name, roles })
const members = [
  member('boss', 'dispatcher', 'analyst'),
  member('writer', 'report-writer'),
  member('db'),
  member('keeper'),
  member('other'),
]
const owner = { owner: 'did:key:owner', keyLog: [], epoch: 1, issuedAt: 0, expiresAt: 1, jws: '' }

function allows(policies: string, call: Partial<Call> & Pick<Call, 'caller' | 'called'>): boolean {
  const roster: Roster = { ...owner, members, policies }
  const compiled = rosterAccess(roster, 0)
  assert.ok(compiled.type === 'compiled', JSON.stringify(compiled))
  const { caller, called, ...rest } = call
  const ids = { caller: `did:key:${caller}`, called: `did:key:${called}` }
  const { allowed, failures } = compiled.access.decide({ protocol: 'a2a', path: '/', ...rest, ...ids })
  assert.deepEqual(failures, [])
  return allowed
}
const everybody = 'permit (principal, action, resource);'
const mcp = { protocol: 'mcp', operation: 'tools/call' } as const

/** What the row wants, a call that is allowed, and one that is not. */
const rows: readonly (readonly [string, Parameters<typeof allows>[1], Parameters<typeof allows>[1]])[] = [
  ['only dispatchers call writers', { caller: 'boss', called: 'writer' }, { caller: 'other', called: 'writer' }],
  [
    'tools by role',
    { ...mcp, tool: 'query', caller: 'boss', called: 'db' },
    { ...mcp, tool: 'drop', caller: 'boss', called: 'db' },
  ],
  [
    'MCP, but only tools that read',
    { ...mcp, tool: 'read_file', caller: 'other', called: 'db' },
    { ...mcp, tool: 'write_file', caller: 'other', called: 'db' },
  ],
  [
    'web pages may be read, not changed',
    { protocol: 'http', operation: 'GET', caller: 'other', called: 'db' },
    { protocol: 'http', operation: 'DELETE', caller: 'other', called: 'db' },
  ],
  ['nobody calls the database agent but one', { caller: 'keeper', called: 'db' }, { caller: 'other', called: 'db' }],
  [
    'delegates of boss may do only what they were delegated',
    { caller: 'child', called: 'writer', mandate: { root: 'did:key:boss', capabilities: ['report.write'] } },
    { caller: 'child', called: 'writer', mandate: { root: 'did:key:boss', capabilities: ['report.read'] } },
  ],
]

test('every policy that the page shows is tried here', () =>
  assert.deepEqual(
    [...shown.keys()],
    rows.map(([what]) => what),
  ))
for (const [what, good, bad] of rows)
  test(`a policy of the page does what it says: ${what}`, () => {
    const policy = shown.get(what)!.replace('did:key:z6Mk…', 'did:key:boss')
    const all = policy.startsWith('forbid') ? everybody + policy : policy
    assert.deepEqual([allows(all, good), allows(all, bad)], [true, false])
  })
