import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interfacesOfDefaultRoutes } from '../src/default-routes.ts'

const ipv4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\tFE004D0A\t0003\t0\t0\t100\t00000000\t0\t0\t0
wwan0\t00000000\tFE004E0A\t0003\t0\t0\t600\t00000000\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`
const zero = '0'.repeat(32)
const ipv6 = `fd770000000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth1
${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     wlan0
${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo
`

test('the interfaces of default routes are those that lead to everything, of both versions', () => {
  assert.deepEqual([...interfacesOfDefaultRoutes(ipv4, ipv6)], ['eth0', 'wwan0', 'wlan0'])
  assert.deepEqual([...interfacesOfDefaultRoutes('', '')], [])
})
