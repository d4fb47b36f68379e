/** What a signed session report says, once it is believed. Whether it is newer than the last one is `SessionReports`'. @module */
import { type SessionReport, sessionReportSchema, sessionReportType } from '@vagus/api'
import { clockSkewSeconds, type CompactJws, type IdentityCrypto, verifyJws } from '@vagus/identity'
import type { ListedAgent } from './agent-list.ts'

/** `problem`: what was wrong and what would be right. */
export type ReadReport =
  | { readonly type: 'read'; readonly report: SessionReport }
  | { readonly type: 'refused'; readonly problem: string }

const refused = (problem: string): ReadReport => ({ type: 'refused', problem })

/** Believed when the key that `agent`'s newest document names signed it near `now` (milliseconds since 1970). */
export function readReport(jws: CompactJws, agent: ListedAgent, now: number, crypto: IdentityCrypto): ReadReport {
  const { id, keys } = agent.identity
  const verified = verifyJws(jws, sessionReportType, keys.ed25519, crypto)
  if (verified.type === 'refused') {
    const { code, problem } = verified.because
    const right = code === 'signature' ? `; sign with the Ed25519 key of the newest document of "${agent.name}"` : ''
    return refused(`${problem} (${code})${right}`)
  }
  const value = jsonOf(verified.payload)
  if (value === undefined) return refused('the payload is not JSON in UTF-8; it must be an object of a session report')
  const parsed = sessionReportSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return refused(`the report is wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unreadable'}`)
  }
  const report = parsed.data
  if (report.agent !== id) return refused(`the report is of ${report.agent}; "${agent.name}" is ${id}`)
  const ahead = Date.parse(report.at) - now
  if (Math.abs(ahead) > clockSkewSeconds * 1000) {
    const side = ahead > 0 ? 'ahead of' : 'behind'
    const apart = `${Math.round(Math.abs(ahead) / 1000)} s ${side} our clock (${new Date(now).toISOString()})`
    return refused(`"at" is ${apart}; clocks may differ by ${clockSkewSeconds} s`)
  }
  return { type: 'read', report }
}

function jsonOf(octets: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets))
  } catch {
    return undefined
  }
}
