import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PolicyChangeResource } from '@vagus/api/telemetry'
import { changeText } from '../src/commands/device-policy.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

const now = new Date('2026-11-26T03:00:00.000Z')
const change: PolicyChangeResource = {
  apiVersion: 'vagus/v1',
  kind: 'PolicyChange',
  device: 'pe-1',
  router: 'frr',
  state: 'pending',
  installed: ['route-map VAGUS-eth3 permit 1', ' set metric 10\u001b[2J'],
  goesBackAt: '2026-11-26T03:01:00.000Z',
}
const shown = (more: Partial<PolicyChangeResource>, socket?: string): string =>
  changeText({ ...change, ...more }, { device: 'pe-1', socket }, now)

describe('a change of the policy', () => {
  test('is said with what was installed, when it goes back, and what keeps it', () => {
    assert.equal(
      shown({}),
      `pe-1: installed what was missing
  route-map VAGUS-eth3 permit 1
   set metric 10?[2J
goes back at 03:01:00Z unless: vagus device policy pe-1 --confirm`,
    )
    assert.match(shown({}, '/run/a.sock'), /unless: vagus device policy pe-1 --confirm --socket \/run\/a\.sock$/)
  })
  test('that is kept comes with what makes it last, for each router', () => {
    const kept: Partial<PolicyChangeResource> = { state: 'confirmed', installed: [], goesBackAt: null }
    assert.match(shown(kept), /^pe-1: kept; .*FRR: "write" in vtysh$/)
    assert.match(shown({ ...kept, router: 'gobgp' }), /configuration file, as vagus device policy pe-1 prints it$/)
    assert.match(shown({ ...kept, router: 'bird' }), /it is in its file$/)
  })
  test('that was none, or is taken back, is said in a line', () => {
    assert.equal(shown({ state: 'in-place', installed: [] }), 'pe-1: in place already; nothing was installed')
    assert.equal(shown({ state: 'reverted', installed: [] }), 'pe-1: taken back; the router has what it had before')
  })
})

test('options that exclude each other, and a time for nothing, are wrong usage', async () => {
  const typed = async (...words: readonly string[]): Promise<unknown> => {
    const around = recorded()
    const exit = await run(registry, ['device', 'policy', 'pe-1', ...words], around)
    return [exit, around.written.err]
  }
  const mend = '\n  first --apply, then --confirm or --revert\n'
  assert.deepEqual(await typed('--apply', '--confirm'), [2, `vagus: --apply and --confirm exclude each other${mend}`])
  assert.deepEqual(await typed('--confirm', '--revert'), [2, `vagus: --confirm and --revert exclude each other${mend}`])
  const needs = 'vagus: --within needs --apply\n  see: vagus device policy --help\n'
  assert.deepEqual(await typed('--revert', '--within', '5s'), [2, needs])
})
