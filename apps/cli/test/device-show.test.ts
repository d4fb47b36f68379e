import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { deviceAgentText } from '../src/commands/device-show.ts'
import { noPaint } from '../src/paint.ts'

const now = '2026-11-26T03:00:00.000Z'
const agent: DeviceAgent = {
  apiVersion: 'vagus/v1',
  kind: 'DeviceAgent',
  device: 'pe-1',
  now,
  startedAt: now,
  router: { kind: 'frr', software: 'FRRouting 8.4.4', as: 64512, identifier: '10.0.0.1' },
  policy: {
    state: 'incomplete',
    missing: ['the policy "vagus-import" is not there, or another one than this version has'],
    problems: [],
  },
  sessions: [
    { name: 'router', state: 'idle', since: now, lastReason: 'sent NOTIFICATION 2/3 bad BGP identifier: \u001b[2J' },
    { name: 'controller', state: 'established', since: now, lastReason: 'the connection ended' },
  ],
  links: [],
  others: { links: 0, devices: 0 },
  actuations: [],
}

test('an agent is shown in 80 columns, with why a session is not there and what the policy lacks', () => {
  const text = deviceAgentText(agent, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.ok(text.split('\n').every(({ length }) => length <= 80))
  assert.match(text, /^sessions {2}router idle for .*: sent NOTIFICATION 2\/3 bad BGP identifier/m)
  assert.match(text, /^ {10}controller established for [^:]*$/m)
  assert.match(text, /^policy {4}incomplete: the policy "vagus-import" is not there/m)
  assert.ok(!text.includes('\u001b'))
})

test('of a policy it is said first what only the operator can resolve, and why it is unknown', () => {
  const shown = (policy: DeviceAgent['policy']): string =>
    deviceAgentText({ ...agent, policy }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.match(
    shown({ state: 'incomplete', missing: ['a', 'b'], problems: ['10.0.1.2 is sent nothing'] }),
    /^policy {4}incomplete: 10\.0\.1\.2 is sent nothing$/m,
  )
  assert.match(
    shown({ state: 'unknown', missing: [], problems: ['/run/frr/bgpd.vty: nobody listens'] }),
    /^policy {4}unknown: \/run\/frr\/bgpd\.vty: nobody listens$/m,
  )
  assert.match(shown({ state: 'absent', missing: ['a', 'b'], problems: [] }), /^policy {4}absent: 2 lines missing$/m)
})

test('a policy that is not confirmed yet is shown with when it goes back, or that it should have', () => {
  const shown = (goesBackAt: string): string =>
    deviceAgentText(
      { ...agent, policy: { state: 'in-place', missing: [], problems: [], goesBackAt } },
      { columns: 80, paint: noPaint, detail: 'plain' },
    )
  assert.match(shown('2026-11-26T03:01:00.000Z'), /^policy {4}in place\n {10}goes back at 03:01:00Z unless confirmed$/m)
  assert.match(shown('2026-11-26T02:59:00.000Z'), /^ {10}should have gone back at 02:59:00Z; its agent keeps trying$/m)
})

test('classes in force are listed with the whole id that "vagus bgp undo" wants, also in 80 columns', () => {
  const class1 = {
    id: '2001:db8:4000:8000::/49@14#k7f.12',
    owner: 'traffic-engineering-robot',
    prefix: '2001:db8:4000:8000::/49',
    interface: 'enp129s0f0',
    class: 6,
    appliedAt: now,
    expiresAt: '2026-11-26T03:10:00.000Z',
  }
  const text = deviceAgentText({ ...agent, actuations: [class1] }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.ok(text.split('\n').every(({ length }) => length <= 80))
  assert.match(text, /^classes {3}1 in force$/m)
  assert.match(text, /^2001:db8:4000:8000::\/49@14#k7f\.12 +enp129s0f0 +6 +traffic-\S+ +10m$/m)
  const wide = deviceAgentText({ ...agent, actuations: [class1] }, { columns: 200, paint: noPaint, detail: 'wide' })
  assert.match(wide, / 2001:db8:4000:8000::\/49 +enp129s0f0 /)
})

test('a link of unknown speed is there, with what the operator can do', () => {
  const link = {
    device: 'pe-1',
    interface: 'ifb7',
    link: null,
    capacity: null,
    out: 1e6,
    in: 0,
    threshold: null,
    congested: 'no',
    drops: 0,
    delayMicroseconds: null,
    confidence: 0,
    windowMs: 500,
    measuredAt: now,
    ageSeconds: 0,
  } as const
  const text = deviceAgentText({ ...agent, links: [link] }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.match(text, /^ifb7 +\? +1\.0+ Mb\/s/m)
  assert.match(text, /^\?: speed unknown, so not announced: give the agent --capacity ifb7=RATE$/m)
})
