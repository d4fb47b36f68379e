import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KernelCounters, type ProcNet } from '../../src/traffic/kernel-counters.ts'

/** As the kernel writes them; `frames` have left eth0 since, each of 1,000 octets of IP. */
const files = (v4: number, v6: number, frames: number): ProcNet => ({
  snmp: 'Ip: Forwarding DefaultTTL OutRequests OutDiscards\nIp: 1 64 1234 0\nIcmp: InMsgs\nIcmp: 5\n',
  netstat: `TcpExt: SyncookiesSent\nTcpExt: 0\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 7 ${v4}\n`,
  snmp6: `Ip6InReceives                   \t10\nIp6OutRequests                  \t31\nIp6OutOctets                    \t${v6}\n`,
  dev: [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:     500      5    0    0    0     0          0         0      570      5    0    0    0     0       0          0',
    `  eth0: 4378314  14724    0    0    0     0          0         0 ${frames * 1014} ${frames}    0    0    0     0       0          0`,
  ].join('\n'),
})

const readings = (...all: readonly ProcNet[]): KernelCounters => {
  const queue = [...all]
  return new KernelCounters(() => queue.shift()!)
}

describe("the kernel's counters", () => {
  test('are read by name from /proc/net', () => {
    const { v4, v6 } = readings(files(0, 0, 0), files(987_654_321_012, 4455, 1)).read()
    assert.deepEqual(v4, { octets: 987_654_321_012, packets: 1234 })
    assert.deepEqual(v6, { octets: 4455, packets: 31 })
  })

  test('are 0 where a kernel lacks them, as one without IPv6', () => {
    const bare = { ...files(0, 0, 0), snmp6: '', netstat: 'IpExt: InOctets\nIpExt: 7\n' }
    const { v4, v6 } = readings(bare, bare).read()
    assert.equal(v4.octets, 0)
    assert.deepEqual(v6, { octets: 0, packets: 0 })
  })

  test('say that all passed when the interface sent what the families did', () => {
    assert.equal(readings(files(0, 0, 0), files(60_000, 40_000, 100)).read().passed, 1)
  })

  test('say what passed of what a shaper dropped in part, reading by reading', () => {
    const counters = readings(files(0, 0, 0), files(60_000, 40_000, 25), files(120_000, 80_000, 100))
    assert.equal(counters.read().passed, 0.25)
    assert.equal(counters.read().passed, 0.75)
  })

  test('judge a few packets together with those that follow', () => {
    const counters = readings(files(0, 0, 0), files(3000, 0, 0), files(60_000, 40_000, 100))
    assert.equal(counters.read().passed, 1)
    assert.equal(counters.read().passed, 1)
  })

  test('do not take the frames of others for ours', () => {
    assert.equal(readings(files(0, 0, 0), files(60_000, 40_000, 500)).read().passed, 1.2)
  })
})
