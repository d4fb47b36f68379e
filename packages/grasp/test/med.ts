/** Offers of Congestion.MED for tests. @module */
import type { MedOffer } from '../src/objectives/index.ts'

let sequence = 0

/** Of a new header, unless `more` has one. */
export const offer = (medProposed: number, more: Partial<MedOffer> = {}): MedOffer => ({
  header: { node: 'pe-1', epoch: 1, sequence: sequence++ },
  prefixes: ['192.0.2.0/24'],
  peerAs: 64_500,
  ingress: 'eth1',
  medNow: 100,
  medProposed,
  utilNow: 900,
  utilPredicted: 600,
  confidence: 800,
  leaseMs: 600_000,
  planId: new Uint8Array(16).fill(1),
  ...more,
})
