/** Offers of Line.Part for tests. @module */
import type { LineHold, LineOffer, LineSteer } from '../src/objectives/index.ts'

let sequence = 0

export const hold: LineHold = {
  type: 'hold',
  transmits: [{ interface: 'eth1', towards: 'fd00:c:4:7::/64', bitsPerSecond: 21_300_000 }],
  end: { locator: 'fd00:c:1:7::/64', remote: 'fd00:c:4:7::/64', interface: 'eth3' },
}

export const steer: LineSteer = {
  type: 'steer',
  interface: 'eth3',
  from: ['10.1.0.0/16', '2001:db8:1::/48'],
  to: ['10.2.0.0/16', '2001:db8:2::/48'],
  remote: 'fd00:c:4:7::/64',
}

/** Of a new header, unless `more` has one. */
export const lineOffer = (more: Partial<LineOffer> = {}): LineOffer => ({
  header: { node: 'controller', epoch: 1, sequence: sequence++ },
  planId: new Uint8Array(16).fill(1),
  number: 7,
  part: hold,
  leaseMs: 600_000,
  ...more,
})
