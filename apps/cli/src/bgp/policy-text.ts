/** The policy of a router in one sentence, wherever it is shown. @module */
import type { DeviceAgent } from '@vagus/api/telemetry'
import { printable } from '../table.ts'

/** The state with the first thing that the operator must resolve; else with what is missing, or of how many lines. */
export function policyText({ state, missing, problems }: DeviceAgent['policy']): string {
  const text = state.replaceAll('-', ' ')
  const [first] = problems
  if (first !== undefined) {
    return `${text}: ${printable(first)}${problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`}`
  }
  if (missing.length <= 1) return [text, ...missing.map(printable)].join(': ')
  return `${text}: ${missing.length} lines missing`
}
