/** Traffic classes in force at a device, from both who tells of them. @module */
import { steeringOwner } from '@vagus/api/steering'
import type { ActuationList } from '@vagus/api/telemetry'
import { prefixTextOf } from './prefix-text.ts'

type Actuation = ActuationList['active'][number]

/**
 * What the agent tells on its socket, where that is on this host, and what it agreed to in leases. A place is in both while
 * it is on this host: then what the agent tells counts.
 */
export function classesInForce(told: readonly Actuation[], leased: readonly Actuation[]): readonly Actuation[] {
  const placeOf = ({ prefix, interface: name }: Actuation): string => `${prefixTextOf(prefix)} ${name}`
  const known = new Set(told.filter(({ owner }) => owner === steeringOwner).map(placeOf))
  return [...told, ...leased.filter((one) => !known.has(placeOf(one)))]
}
