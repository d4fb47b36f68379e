/** Service by role at this router: on which links, for whose fleet. @module */
import type { AgentId } from '@vagus/identity'
import { linkShares, serviceNames } from '@vagus/qos'
import type { ServiceClass } from '@vagus/linux'

export interface ServiceOptions {
  /** Interfaces to routers of the same network that do the same. All others are edges. */
  readonly links: readonly string[]
  /** Owner of the fleet whose roster counts. */
  readonly owner: AgentId
  /** Of the controller that has the roster and the documents of members: `http://192.0.2.10:7600`. */
  readonly api: string
}

/** What a link gives to each service. @param bitsPerSecond its capacity */
export const serviceClassesAt = (bitsPerSecond: number): readonly ServiceClass[] =>
  serviceNames.map((name, index) => ({
    index,
    least: linkShares[name].least * bitsPerSecond,
    most: linkShares[name].most * bitsPerSecond,
    yields: asksForLess(name),
  }))

/** Than best effort: anybody may ask for that. */
export const asksForLess = (name: (typeof serviceNames)[number]): boolean => name === 'telemetry' || name === 'bulk'
