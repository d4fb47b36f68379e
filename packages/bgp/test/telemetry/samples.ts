/** Links, views and senders as the telemetry tests have them. @module */
import { parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import type { LinkSample, LinkTelemetry, Measurement, View, ViewKey, ViewRecord } from '../../src/telemetry/index.ts'

export const now = Date.UTC(2026, 10, 25, 12)
export const agent = 0x0102_0304_0506_0708n
const address = (last: number): Uint8Array => new Uint8Array([10, 1, 0, last])

export const key: LinkTelemetry['key'] = {
  instance: 7,
  local: { as: 64512, bgpIdentifier: 0x0a000001 },
  remote: { as: 64600, bgpIdentifier: 0x0a000007 },
  interface: 3,
  addresses: { local: address(2), remote: address(3) },
}
export const measurement: Measurement = {
  congested: 'in',
  confidence: 90,
  sequence: now,
  agent,
  window: 500,
  threshold: 3_000_000,
  drops: 12.5,
  received: 3_250_000,
}
export const link: LinkTelemetry = {
  key,
  name: 'pe-1-tr-1',
  capacity: 3_750_000,
  utilised: 1_000_000,
  delay: { typical: 1200, least: 900, most: 4000, variation: 250 },
  measurement,
}
export const sample: LinkSample = {
  key,
  capacity: 1_000_000,
  utilised: 100_000,
  received: 50_000,
  threshold: 800_000,
  drops: 0,
  confidence: 100,
  window: 500,
}

const octets = (text: string): Uint8Array => parsePrefix(`${text}/${text.includes(':') ? 128 : 32}`).octets
export const view: View = {
  kind: 'destination-prefix',
  sequence: now,
  agent,
  window: 1000,
  totals: { ipv4: 2_000_000, ipv6: 500_000 },
  records: [
    { key: { type: 'prefix', prefix: parsePrefix('10.16.0.0/16') }, rate: 1_500_000, share: 600, trend: -5 },
    { key: { type: 'prefix', prefix: parsePrefix('2001:db8:16::/48') }, rate: 500_000, share: 200 },
  ],
}

/** Any flow of one IP version. */
export const flowKey: fc.Arbitrary<ViewKey> = fc
  .record({
    addresses: fc.constantFrom(
      [octets('192.0.2.1'), octets('198.51.100.2')],
      [octets('2001:db8::1'), octets('2001:db8::2')],
    ),
    protocol: fc.nat(255),
    sourcePort: fc.nat(65535),
    destinationPort: fc.nat(65535),
  })
  .map(({ addresses: [source, destination], ...ports }) => ({
    type: 'flow',
    source,
    destination,
    ...ports,
  }))

const rate = fc.float({ min: 0, max: 1e9, noNaN: true })
export const recordOf = (keys: fc.Arbitrary<ViewKey>): fc.Arbitrary<ViewRecord> =>
  fc
    .record({ key: keys, rate, share: fc.nat(1000), trend: fc.option(fc.integer({ min: -127, max: 127 })) })
    .map(({ trend, ...one }) => ({ ...one, ...(trend === null ? {} : { trend }) }))
