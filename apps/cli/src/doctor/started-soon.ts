/** A controller that has just started: agents have not told it everything yet, and nothing is wrong with them. @module */
import type { Status } from '@vagus/api'
import { reportHoldsSeconds } from '@vagus/api/session-report'
import { agoText } from '../format.ts'

/** How long ago it started, while that counts as just now: as long as a report holds, one may be on its way. */
export function startedSoon({ now, startedAt }: Pick<Status, 'now' | 'startedAt'>): string | undefined {
  const seconds = (Date.parse(now) - Date.parse(startedAt)) / 1000
  return seconds < reportHoldsSeconds ? `as the controller started ${agoText(startedAt, now)}` : undefined
}
