/**
 * What a link keeps for each service, as parts of its capacity: so much is there for it however full the link is, and it gets
 * no more than its most while others want the rest. So no role can starve the others.
 * @module
 */
import type { ServiceName } from './service.ts'

/** `least` of what private lines leave; `most` of the capacity. */
export const linkShares: Readonly<Record<ServiceName, { readonly least: number; readonly most: number }>> = {
  safety: { least: 0.05, most: 0.1 },
  control: { least: 0.2, most: 0.3 },
  dialogue: { least: 0.15, most: 0.5 },
  call: { least: 0.2, most: 0.8 },
  telemetry: { least: 0.02, most: 0.5 },
  bulk: { least: 0.01, most: 1 },
}

/** Of `most` of a service that one member may have at an edge; beyond that its packets are best effort. */
export const memberShare = 0.5
