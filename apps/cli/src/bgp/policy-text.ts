/** The policy of a router in one sentence. @module */
import type { DevicePolicy } from '@vagus/api/telemetry'
import { timeText } from '../format.ts'
import { printable } from '../table.ts'

/** The state, with the first problem for the operator, else with the missing line or the number of missing lines. */
export function policyText({ state, missing, problems }: DevicePolicy): string {
  const text = state.replaceAll('-', ' ')
  const [first] = problems
  if (first !== undefined) {
    return `${text}: ${printable(first)}${problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`}`
  }
  if (missing.length <= 1) return [text, ...missing.map(printable)].join(': ')
  return `${text}: ${missing.length} lines missing`
}

/** Of a change that is pending, a sentence; nothing where none is. */
export function goesBackText({ goesBackAt }: Pick<DevicePolicy, 'goesBackAt'>, now: string): readonly string[] {
  if (goesBackAt === undefined) return []
  const at = timeText(goesBackAt, now)
  const isDue = Date.parse(goesBackAt) <= Date.parse(now)
  return [isDue ? `should have gone back at ${at}; its agent keeps trying` : `goes back at ${at} unless confirmed`]
}
