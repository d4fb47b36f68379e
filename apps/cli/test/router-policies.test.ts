/** The policies that the page about AI agents at routers shows, and those of the lab: four eyes hold. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Call, rosterAccess } from '@vagus/access'
import type { Roster } from '@vagus/identity'

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const page = read('docs/35-ai-agents-at-routers.md')
const shown = [...page.matchAll(/```cedar\n([^]*?)```/g)].map(([, text]) => text!)
const [, ofLab] = /const policies = `([^`]*)`/.exec(read('apps/lab/src/inside/fleet.ts'))!

const roles = ['router', 'noc', 'operator', 'reader', 'keeper', 'writer']
const members = roles.map((role) => ({ id: `did:key:${role}`, name: role, roles: [role] }))

function allows(policies: string, who: string, tool?: string, called = 'router'): boolean {
  const owner = { owner: 'did:key:owner', keyLog: [], epoch: 1, issuedAt: 0, expiresAt: 1, jws: '' }
  const roster: Roster = { ...owner, members, policies }
  const compiled = rosterAccess(roster, 0)
  assert.ok(compiled.type === 'compiled', JSON.stringify(compiled))
  const what = tool === undefined ? { operation: 'initialize' } : { operation: 'tools/call', tool }
  const call: Call = { protocol: 'mcp', path: '/mcp', ...what, caller: `did:key:${who}`, called: `did:key:${called}` }
  const { allowed, failures } = compiled.access.decide(call)
  assert.deepEqual(failures, [])
  return allowed
}
const changing = ['network_commit', 'network_commit_confirm', 'network_rollback']

test('who changes a router does not keep it, an operator does both, a reader neither', () => {
  const policies = shown.join('\n')
  for (const who of ['noc', 'operator', 'reader']) {
    assert.ok(allows(policies, who), `${who} begins a session`)
    assert.ok(allows(policies, who, 'network_cli_exec'), `${who} reads`)
  }
  assert.deepEqual(
    changing.map((tool) => allows(policies, 'noc', tool)),
    [true, false, true],
  )
  assert.ok(changing.every((tool) => allows(policies, 'operator', tool)))
  assert.ok(changing.every((tool) => !allows(policies, 'reader', tool)))
  assert.ok(!allows(policies, 'writer'), 'nobody else gets there')
})

test('in the lab only noc reaches a router, and does not keep what it changed', () => {
  assert.deepEqual(
    [undefined, 'network_cli_exec', ...changing].map((tool) => allows(ofLab!, 'noc', tool)),
    [true, true, true, false, true],
  )
  assert.ok(!allows(ofLab!, 'writer'))
  assert.ok(allows(ofLab!, 'reader', undefined, 'writer'), 'others call each other')
})
