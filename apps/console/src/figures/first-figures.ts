/**
 * Whether missing figures will arrive within seconds.
 * @module
 */
import type { Status } from '@vagus/api'

/** Twice what figures are behind: nothing for longer than this is silence. */
const freshMilliseconds = 30_000

/** Whether flow records come in at present. */
export function flowsArrive(status: Pick<Status, 'now' | 'flows'> | undefined): boolean {
  if (status === undefined || status.flows.lastAt === null) return false
  return Date.parse(status.now) - Date.parse(status.flows.lastAt) < freshMilliseconds
}

/** A controller that has run for less than this has counted hardly anything. */
const youngMilliseconds = 30_000

export const hasJustBegun = (status: Pick<Status, 'now' | 'startedAt'> | undefined): boolean =>
  status !== undefined && Date.parse(status.now) - Date.parse(status.startedAt) < youngMilliseconds

/** Whether figures from flows will arrive within seconds: flows arrive, or exporters have had no time yet. */
export const figuresSoon = (status: Pick<Status, 'now' | 'startedAt' | 'flows' | 'devices'> | undefined): boolean =>
  flowsArrive(status) || (hasJustBegun(status) && status!.devices.total > 0)
