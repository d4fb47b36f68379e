import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { acknowledgementShare, flowRate } from '../../src/traffic/acknowledgements.ts'
import { defaultApplications } from '../../src/traffic/applications.ts'

const share = (application: string, version: 4 | 6): number =>
  acknowledgementShare(defaultApplications, [{ application, share: 1 }], version)

describe('acknowledgements', () => {
  test('of a backup in full segments are about 52 octets for 1,392 (IPv4) and 72 for 1,412 (IPv6)', () => {
    assert.ok(Math.abs(share('backup', 4) - 52 / 1392) < 1e-3)
    assert.ok(Math.abs(share('backup', 6) - 72 / 1412) < 1e-3)
  })

  test('weigh more where packets are small', () => {
    assert.ok(share('opc-ua', 6) > 2 * share('https', 6))
  })

  test('of UDP are none', () => {
    assert.equal(share('video-qc', 4), 0)
  })

  test('and flows together are the demand, both ways', () => {
    const direction = fc.record({
      bitsPerSecond: fc.double({ min: 1e5, max: 1e7, noNaN: true }),
      acknowledgements: fc.double({ min: 0, max: 0.2, noNaN: true }),
    })
    fc.assert(
      fc.property(direction, direction, (one, other) => {
        const [flows, back] = [flowRate(one, other), flowRate(other, one)]
        fc.pre(flows > one.bitsPerSecond * 0.11 && back > other.bitsPerSecond * 0.11) // enough is left for flows
        const sent = flows + back * other.acknowledgements
        assert.ok(Math.abs(sent / one.bitsPerSecond - 1) < 1e-9)
      }),
    )
  })

  test('leave a tenth of a demand to its flows, however much comes the other way', () => {
    const one = { bitsPerSecond: 1000, acknowledgements: 0.05 }
    assert.equal(flowRate(one, { bitsPerSecond: 1e9, acknowledgements: 0.05 }), 100)
  })
})
