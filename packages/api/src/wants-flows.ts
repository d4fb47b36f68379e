/** Whether a controller is there for flows, or for agents alone. @module */
import type { Config } from './config.ts'

/**
 * A controller that has no network to measure and a fleet is there for its agents; one that listens at no address for flows
 * says so itself. Of these, missing flows are no fault.
 */
export function wantsFlows({ flow, devices, sites, links, access, fleet }: Config): boolean {
  if (flow.listen.length === 0) return false
  const hasNetwork = devices.length + sites.length + links.length > 0
  const hasFleet = access.owners.length > 0 || fleet !== undefined
  return hasNetwork || !hasFleet
}
