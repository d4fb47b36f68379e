/** What a console is for. @module */
import type { Status } from '@vagus/api'

/** Of a controller that has a fleet of agents, and neither a network nor flows to show. */
export const isForAgents = (status: Status | undefined): boolean =>
  status?.flows.wanted === false && status.devices.total === 0
