import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseKernelCounters } from '../../src/traffic/kernel-counters.ts'

const files = {
  snmp: 'Ip: Forwarding DefaultTTL OutRequests OutDiscards\nIp: 1 64 1234 0\nIcmp: InMsgs\nIcmp: 5\n',
  netstat: 'TcpExt: SyncookiesSent\nTcpExt: 0\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 7 987654321012\n',
  snmp6:
    'Ip6InReceives                   \t10\nIp6OutRequests                  \t31\nIp6OutOctets                    \t4455\n',
}

describe("the kernel's counters", () => {
  test('are read by name from /proc/net', () => {
    assert.deepEqual(parseKernelCounters(files), {
      v4: { octets: 987_654_321_012, packets: 1234 },
      v6: { octets: 4455, packets: 31 },
    })
  })

  test('are 0 where a kernel lacks them, as one without IPv6', () => {
    assert.deepEqual(parseKernelCounters({ ...files, snmp6: '', netstat: 'IpExt: InOctets\nIpExt: 7\n' }), {
      v4: { octets: 0, packets: 1234 },
      v6: { octets: 0, packets: 0 },
    })
  })
})
