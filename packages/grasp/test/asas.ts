/** Objectives and ASAs that the tests register. @module */
import { flagsOf, type Objective, type Registration, valueOctets } from '../src/index.ts'
import type { CborValue } from '@vagus/wire'
import type { VirtualNetwork } from './virtual-network.ts'

export const negotiated = (value: CborValue, loopCount = 6): Objective => ({
  name: 'EX3',
  flags: flagsOf('discovery', 'negotiation'),
  loopCount,
  value: valueOctets(value),
})

export const synchronised = (value: CborValue, loopCount = 6): Objective => ({
  name: 'EX1',
  flags: flagsOf('discovery', 'synchronization'),
  loopCount,
  value: valueOctets(value),
})

export const registrationOf = (objective: Objective): Registration => ({
  objective,
  discoverable: 'everywhere',
  overlap: 'alone',
  ttl: 0,
})

/** Registers an ASA `name` with one objective on a node, and listens where its flags say so. */
export function serve(network: VirtualNetwork, index: number, objective: Objective, asa = 'asa'): void {
  network.call(index, { type: 'register-asa', handle: 1000, asa })
  network.call(index, { type: 'register', handle: 1001, asa, registration: registrationOf(objective) })
  for (const to of ['negotiation', 'synchronization'] as const) {
    network.call(index, { type: 'listen', handle: 1002, asa, name: objective.name, to })
  }
}
