import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClasses } from '@vagus/bgp/actuation'
import { policyParts, policyText } from '../src/bird/policy.ts'
import type { PolicyPlan } from '../src/router.ts'

const links = [
  { ifIndex: 4, name: 'eth1', neighbours: ['transit_a'] },
  { ifIndex: 5, name: 'eth2.100', neighbours: ['transit_b', 'transit_b6'] },
]
const plan: PolicyPlan = {
  as: 64512,
  agentAddress: '169.254.77.2',
  holdTime: 9,
  classes: defaultClasses,
  links,
  internal: ['core'],
  telemetryPrefixes: 'refuse',
}
const isIn = (text: string, wanted: PolicyPlan): boolean => policyParts(wanted).every((part) => text.includes(part))

test('a file with the function of a link that is down has all that the plan of the others wants', () => {
  const text = policyText(plan)
  assert.ok(isIn(text, plan))
  for (const link of links) assert.ok(isIn(text, { ...plan, links: [link] }))
  assert.ok(!isIn(policyText({ ...plan, links: links.slice(0, 1) }), plan))
})

test('host routes of the mobile block come in, for this AS alone, and nothing else of it does', () => {
  const text = policyText({ ...plan, mobileBlock: 'fd00:77::/48' })
  assert.match(
    text,
    /if net ~ \[fd00:77::\/48\{128,128\}\] then \{ bgp_community\.add\(\(65535, 65281\)\); preference = 250; accept; \}/,
  )
  assert.doesNotMatch(policyText(plan), /65281/)
  assert.ok(!isIn(policyText(plan), { ...plan, mobileBlock: 'fd00:77::/48' }))
})

test('a file for another agent, other classes or another number of an interface is not it', () => {
  const text = policyText(plan)
  for (const other of [
    { agentAddress: '169.254.77.3' },
    { holdTime: 30 },
    { as: 64513 },
    { classes: defaultClasses.slice(1) },
    { links: [{ ...links[0]!, ifIndex: 6 }] },
  ]) {
    assert.ok(!isIn(text, { ...plan, ...other }), JSON.stringify(other))
  }
})
