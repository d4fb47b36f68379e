import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Account } from '../../src/traffic/account.ts'
import type { KernelReading } from '../../src/traffic/kernel-counters.ts'

const kernel = (v4: number, v6 = 0, passed = 1): KernelReading => ({
  v4: { octets: v4, packets: v4 / 1000 },
  v6: { octets: v6, packets: v6 / 1000 },
  passed,
})
const account = (): Account => new Account(['east', 'west'], kernel(5_000_000, 7_000_000))

describe('the account of what a site sent', () => {
  test('knows UDP exactly: payload and headers, by site and family', () => {
    const sent = account()
    sent.sentDatagram('east', 4, 1000)
    sent.sentDatagram('east', 4, 200)
    sent.sentDatagram('west', 6, 100)
    sent.settle(kernel(5_001_256, 7_000_148), 0)
    assert.deepEqual(sent.sent(), {
      east: { v4: { octets: 1256, packets: 2 }, v6: { octets: 0, packets: 0 } },
      west: { v4: { octets: 0, packets: 0 }, v6: { octets: 148, packets: 1 } },
    })
  })

  test('shares what the kernel counted of TCP between the sites as estimated', () => {
    const sent = account()
    for (let segment = 0; segment < 30; segment++) sent.sentSegment('east', 4, 948)
    for (let segment = 0; segment < 10; segment++) sent.sentSegment('west', 4, 948)
    sent.settle(kernel(5_000_000 + 42_000), 0) // 40,000 by the estimate
    assert.equal(sent.sent()['east']!.v4.octets, 31_500)
    assert.equal(sent.sent()['west']!.v4.octets, 10_500)
    assert.deepEqual(sent.unexplained(), { v4: 0, v6: 0 })
  })

  test('waits for a kernel that has not sent yet what was written', () => {
    const sent = account()
    for (let segment = 0; segment < 100; segment++) sent.sentSegment('east', 4, 948)
    sent.settle(kernel(5_010_000), 0)
    assert.equal(sent.sent()['east']!.v4.octets, 0)
    sent.settle(kernel(5_100_500), 1000)
    assert.equal(sent.sent()['east']!.v4.octets, 100_500)
  })

  test('reports as unexplained what others sent from the namespace, after 5 s', () => {
    const sent = account()
    sent.sentSegment('east', 4, 948)
    for (const now of [0, 2000, 4000]) sent.settle(kernel(5_900_000), now)
    assert.equal(sent.sent()['east']!.v4.octets, 0)
    sent.settle(kernel(5_900_000), 5000)
    assert.equal(sent.sent()['east']!.v4.octets, 1000)
    assert.equal(sent.unexplained().v4, 899_000)
  })

  test('books UDP at once while TCP waits', () => {
    const sent = account()
    sent.sentSegment('east', 4, 948)
    sent.sentDatagram('west', 4, 972)
    sent.settle(kernel(5_001_000), 0)
    assert.equal(sent.sent()['west']!.v4.octets, 1000)
    assert.equal(sent.sent()['east']!.v4.octets, 0)
  })

  test('counts acknowledgements of what came in as sent to where it came from', () => {
    const sent = account()
    sent.accepted('west', 6)
    sent.received('west', 6, 10)
    sent.settle(kernel(5_000_000, 7_000_000 + 80 + 144 + 720), 0)
    assert.equal(sent.sent()['west']!.v6.octets, 944)
  })

  test('takes off UDP what the queue of the interface dropped, and books TCP as estimated', () => {
    const sent = account()
    for (let packet = 0; packet < 10; packet++) {
      sent.sentDatagram('east', 4, 972)
      sent.sentSegment('west', 4, 948)
    }
    sent.settle(kernel(5_000_000 + 10_000 + 20_000, 7_000_000, 0.5), 0) // TCP sent each segment twice
    assert.equal(sent.sent()['west']!.v4.octets, 10_000)
    assert.equal(sent.sent()['east']!.v4.octets, 5000)
    assert.deepEqual(sent.unexplained(), { v4: 0, v6: 0 })
  })

  test('never falls', () => {
    const sent = account()
    let [total, counted] = [0, 5_000_000]
    for (let second = 0; second < 20; second++) {
      for (let segment = 0; segment < 10; segment++) sent.sentSegment('east', 4, 948)
      counted += second % 3 === 0 ? 2000 : 14_000
      sent.settle(kernel(counted), second * 1000)
      const now = sent.sent()['east']!.v4.octets
      assert.ok(now >= total)
      total = now
    }
  })

  test('refuses a site that it does not know', () => {
    assert.throws(() => account().sentDatagram('moon', 4, 1), /got moon/)
  })
})
