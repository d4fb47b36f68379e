import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { linkMessages } from '../src/link-message.ts'

const counters = Array.from({ length: 24 }, (_, i) => `${(i + 1).toString(16).padStart(2, '0')}00000000000000`).join(
  ' ',
)
/** nlmsghdr, ifinfomsg of eth0 with index 7, IFLA_IFNAME, IFLA_MTU, IFLA_OPERSTATE, IFLA_STATS64. */
const link = (flags: string, operState: string): Uint8Array =>
  octets(`
    00010000 1000 0200 01000000 00000000
    00 00 0100 07000000 ${flags} 00000000
    0900 0300 6574683000 000000
    0800 0400 40060000
    0500 1000 ${operState} 000000
    c400 1700 ${counters}`)
const done = octets('14000000 0300 0200 01000000 00000000 00000000')

function octets(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
}

describe('linkMessages', () => {
  test('reads name, index, state and 64-bit counters of RTM_NEWLINK', () => {
    const { interfaces, error, end } = linkMessages(link('43100100', '06'))
    assert.equal(error, 0)
    assert.equal(end, 'more')
    assert.deepEqual(interfaces, [
      {
        name: 'eth0',
        index: 7,
        admin: 'up',
        oper: 'up',
        mtu: 1600,
        inPackets: 1n,
        outPackets: 2n,
        inOctets: 3n,
        outOctets: 4n,
        inErrors: 5n,
        outErrors: 6n,
        inDiscards: 7n,
        outDiscards: 8n,
        inMulticast: 9n,
      },
    ])
  })

  test('an interface without carrier is up by its administrator and down in operation', () => {
    const [found] = linkMessages(link('03100000', '02')).interfaces
    assert.deepEqual([found?.admin, found?.oper], ['up', 'down'])
  })

  test('IFF_RUNNING decides where the driver reports no operational state', () => {
    assert.equal(linkMessages(link('41000000', '00')).interfaces[0]?.oper, 'up')
    assert.equal(linkMessages(link('01000000', '00')).interfaces[0]?.oper, 'down')
  })

  test('NLMSG_DONE ends the dump', () => {
    assert.equal(linkMessages(new Uint8Array([...link('43100100', '06'), ...done])).end, 'done')
  })

  test('NLMSG_ERROR gives its errno', () => {
    const refused = octets('24000000 0200 0000 01000000 00000000 ffffffff 20000000 1200 0103 01000000 00000000')
    assert.deepEqual(linkMessages(refused), { interfaces: [], error: 1, end: 'done' })
  })

  test('no octets make it throw, and cut messages give what stood before the cut', () => {
    const whole = link('43100100', '06')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(whole.length), (random, cut) => {
        linkMessages(random)
        assert.ok(linkMessages(whole.subarray(0, cut)).interfaces.length <= 1)
      }),
    )
  })
})
