/** Offers of Congestion.MED for tests. @module */
import type { MedBid, MedOffer } from '../src/objectives/index.ts'

let sequence = 0

/** Of a new header, unless `more` has one. */
export const offer = (med: number, more: Partial<MedOffer> = {}): MedBid => ({
  header: { node: 'controller', epoch: 1, sequence: sequence++ },
  prefix: '192.0.2.0/24',
  peerAs: 64_500,
  ingress: 'eth1',
  load: { now: 900, predicted: 600 },
  confidence: 800,
  leaseMs: 600_000,
  planId: new Uint8Array(16).fill(1),
  ...more,
  med,
})
