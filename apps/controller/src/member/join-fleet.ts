/**
 * What makes the controller a member of a fleet, so that other members call its tools over sessions: a side-car, which who
 * composes the controller gives. The controller itself knows no side-car.
 * @module
 */
import type { Config } from '@vagus/api'
import type { AgentId } from '@vagus/identity'

export interface FleetPlace extends Pick<NonNullable<Config['fleet']>, 'name' | 'listen'> {
  /** Whose roster says who may call for what. */
  readonly owner: AgentId
  /** Folder of the controller's state; the agent's keys are below. */
  readonly home: string
  /** The controller's own API, for names, the roster and the list: `http://127.0.0.1:7600` or `unix:PATH`. */
  readonly controller: string
  /** Where its MCP and its A2A are, for this side-car alone: whoever knows an address may call in the name of any member. */
  readonly mcp: string
  readonly a2a: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/**
 * Begins it. `ended` rejects with node's error when it cannot listen; `calls` is the address below which it calls others, by
 * their ids.
 */
export type JoinFleet = (place: FleetPlace) => {
  readonly ended: Promise<void>
  readonly calls: Promise<string>
  close(): Promise<void>
}
