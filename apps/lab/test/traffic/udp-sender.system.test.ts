import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Account } from '../../src/traffic/account.ts'
import { defaultApplications } from '../../src/traffic/applications.ts'
import type { Flow } from '../../src/traffic/flow.ts'
import { UdpSender } from '../../src/traffic/udp-sender.ts'

const none = { octets: 0, packets: 0 }

describe('the UDP sender', () => {
  const sink = createSocket('udp4')
  const account = new Account(['dc-east'], { v4: none, v6: none })
  const sender = new UdpSender(account)
  const flow = (id: number, source: string, sourcePort: number): Flow => ({
    id,
    start: 0,
    to: 'dc-east',
    application: { ...defaultApplications.find(({ name }) => name === 'video-qc')!, port: sink.address().port },
    version: 4,
    source,
    sourcePort,
    destination: '127.0.0.1',
    octets: 1_000_000,
  })

  before(async () => {
    sink.bind(0, '127.0.0.1')
    await once(sink, 'listening')
  })

  after(() => {
    sender.closeAll()
    sink.close()
  })

  test('sends from the address and port of the flow, and counts the octets on the wire', async () => {
    const sent = flow(1, '127.0.0.2', 40_001)
    sender.open(sent)
    const message = once(sink, 'message') as Promise<[Buffer, { address: string; port: number }]>
    sender.send(sent, 900)
    const [datagram, from] = await message
    assert.equal(datagram.length, 900)
    assert.deepEqual([from.address, from.port], ['127.0.0.2', 40_001])
    await turn()
    account.settle({ v4: { octets: 928, packets: 1 }, v6: none, passed: 1 }, 0)
    assert.deepEqual(account.sent()['dc-east']!.v4, { octets: 928, packets: 1 })
    assert.equal(sender.failed, 0)
  })

  for (const [reason, source, port] of [
    ['the address is not local', '203.0.113.9', 40_002],
    ['the port is taken', '127.0.0.2', 40_001],
  ] as const) {
    test(`says so and sends nothing when ${reason}`, () => {
      const refused = flow(port + 1, source, port)
      const before = { failed: sender.failed, unsent: sender.unsentOctets }
      sender.open(refused)
      sender.send(refused, 900)
      assert.equal(sender.failed, before.failed + 1)
      assert.equal(sender.unsentOctets, before.unsent + 900)
      sender.close(refused)
    })
  }
})
