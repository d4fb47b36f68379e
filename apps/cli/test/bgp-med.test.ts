import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActuationPlan, ActuationReceipt } from '@vagus/api/telemetry'
import { ourEndOf } from '../src/bgp/agent.ts'
import { planText, receiptText } from '../src/commands/bgp-med.ts'

const policy = { state: 'incomplete' as const, missing: [], problems: ['10.0.1.2 is sent nothing'] }
const at = '2026-11-26T03:00:00.000Z'
const receipt: ActuationReceipt = {
  apiVersion: 'vagus/v1',
  kind: 'ActuationReceipt',
  device: 'pe-1',
  actuation: {
    id: '10.16.0.0/16@4#k7f.1',
    owner: 'noc',
    prefix: '10.16.0.0/16',
    interface: 'eth0',
    class: 1,
    appliedAt: at,
    expiresAt: at,
  },
  before: [],
  after: [],
  verifiedAfterMs: null,
}
const plan: ActuationPlan = {
  apiVersion: 'vagus/v1',
  kind: 'ActuationPlan',
  device: 'pe-1',
  prefix: '10.16.0.0/16',
  interface: 'eth0',
  class: { number: 1, med: 10 },
  nextHop: null,
  communities: ['64512:77000004:1'],
  before: [],
  replaces: null,
}

test('a class that no neighbour sees comes with what the policy lacks', () => {
  assert.match(
    receiptText(receipt, { link: 'uplink', policy }),
    /^ {2}NOT seen at the neighbours; policy incomplete: 10\.0\.1\.2 is sent nothing: vagus device show pe-1$/m,
  )
  assert.match(planText(plan, 'uplink', 60, policy), /^ {2}policy {6}incomplete: 10\.0\.1\.2 is sent nothing$/m)
})

test('a class that no neighbour sees although the policy is in place asks whether the filters call it', () => {
  const inPlace = { state: 'in-place' as const, missing: [], problems: [] }
  assert.match(
    receiptText(receipt, { link: 'uplink', policy: inPlace }),
    /^ {2}NOT seen at the neighbours; policy in place: do the export filters call it\? vagus device policy pe-1$/m,
  )
})

test('what the router could not say is no "not told"', () => {
  const unknown = [{ neighbour: '10.0.1.2', med: null, asPathLength: null, unknown: 'did not answer within 10000 ms' }]
  const text = receiptText({ ...receipt, before: unknown, after: unknown }, { link: 'uplink', policy })
  assert.match(text, /^ {2}before {6}10\.0\.1\.2: unknown: did not answer within 10000 ms$/m)
  assert.match(text, /^ {2}now {9}10\.0\.1\.2: unknown: .*\n {2}NOT verified; policy incomplete/m)
  assert.doesNotMatch(text, /told/)
})

test('a plan says in each case how the policy is', () => {
  const before = [{ neighbour: '10.0.1.2', med: 100, asPathLength: 2 }]
  const inPlace = { state: 'in-place' as const, missing: [], problems: [] }
  assert.match(planText({ ...plan, before }, 'uplink', 60, inPlace), /^ {2}policy {6}in place$/m)
  assert.match(planText({ ...plan, before }, 'uplink', 60, undefined), /^ {2}policy {6}unknown$/m)
})

test('what to type next goes to the socket that was named', () => {
  const text = receiptText(receipt, { link: 'eth0', socket: 'run/pe-1.sock', policy })
  assert.match(text, /: vagus device show pe-1 --socket run\/pe-1\.sock$/m)
  assert.match(text, /^ {2}undo {8}vagus bgp undo '10\.16\.0\.0\/16@4#k7f\.1' --socket run\/pe-1\.sock --owner noc$/m)
})

test('a link that the configuration does not name is one of others, or says how links get there', () => {
  const links = [{ name: 'uplink', a: { node: 'pe-1', interface: 'eth0' }, z: { node: 'up' } }]
  const config = { devices: [{ name: 'pe-1' }], links } as unknown as Parameters<typeof ourEndOf>[1]
  assert.deepEqual(ourEndOf('uplink', config), { device: 'pe-1', interface: 'eth0' })
  assert.throws(() => ourEndOf('eth0', config), { message: 'there is no link "eth0"', fix: 'the names: vagus link ls' })
  assert.throws(() => ourEndOf('eth0', { ...config, links: [] }), {
    message: 'there is no link "eth0"',
    fix: '`links:` in vagus.yaml names them: vagus config explain links · or: --socket PATH --link INTERFACE',
  })
})
