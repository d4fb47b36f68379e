import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClasses } from '@vagus/bgp/actuation'
import { missingOf, policyBlocks, textOf } from '../src/frr/policy.ts'

const wanted = [
  {
    context: ['router bgp 65001', 'address-family ipv4 unicast'],
    lines: ['neighbor 169.254.77.2 activate', 'neighbor 169.254.77.2 route-reflector-client'],
  },
]
const running = (more: string): string => `router bgp 65001
${more} neighbor 169.254.77.2 remote-as 65001
 !
 address-family ipv4 unicast
  neighbor 169.254.77.2 route-reflector-client
 exit-address-family
exit
`

test('IPv4 is activated where FRR does not say so, unless that is not the default', () => {
  assert.deepEqual(missingOf(wanted, running('')), [])
  const [missing] = missingOf(wanted, running(' no bgp default ipv4-unicast\n'))
  assert.deepEqual(missing?.lines, ['neighbor 169.254.77.2 activate'])
})

test('host routes of the mobile block come in, for this AS alone, and preferred here', () => {
  const plan = {
    as: 65_001,
    agentAddress: '169.254.77.2',
    holdTime: 9,
    classes: defaultClasses,
    links: [],
    internal: [],
    telemetryPrefixes: 'refuse',
  } as const
  const text = textOf(policyBlocks({ ...plan, mobileBlock: 'fd00:77::/48' }))
  assert.match(text, /^ipv6 prefix-list VAGUS-MOBILE seq 5 permit fd00:77::\/48 ge 128$/m)
  const entry = `route-map VAGUS-AGENT permit 3
 match ipv6 address prefix-list VAGUS-MOBILE
 set community no-export additive
 set weight 40000
exit`
  assert.ok(text.includes(entry), text)
  assert.doesNotMatch(textOf(policyBlocks(plan)), /MOBILE/)
})
