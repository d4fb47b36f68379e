import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingOf } from '../src/frr/policy.ts'

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
