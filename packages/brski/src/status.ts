/** What a pledge reports of its voucher and its enrolment (RFC 8995 §5.7, §5.9.4). Both have one form. @module */
import { type JsonObject, isObject, parseJsonObject } from './json-text.ts'
import { Leaves } from './leaves.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

export interface StatusReport {
  /** 1. A greater one adds members, and is for a person to look at (RFC 8995 §5.7). */
  readonly version: number
  readonly outcome: 'success' | 'failure'
  /** For people, written by the pledge. */
  readonly reason?: string
  readonly context?: JsonObject
  /** Members that are not known here, as they came. */
  readonly others?: JsonObject
}

/** Longer reasons are cut off here: they go into logs. */
const maxReasonCharacters = 1024

/** The names are lower case in RFC 8995 §5.7; its text also writes `Reason`. */
export function readStatusReport(body: Uint8Array): StatusReport | Refused {
  return settle(() => {
    const report = new Leaves(parseJsonObject(body, 'the status'), 'the status')
    const context = report.member('reason-context')
    if (report.has('reason-context') && !isObject(context)) {
      throw new RefusalError('malformed', '"reason-context" of the status must be a JSON object')
    }
    const others = report.except(['version', 'status', 'reason', 'reason-context'])
    return {
      version: report.count('version'),
      outcome: report.flag('status') ? 'success' : 'failure',
      ...(report.has('reason') ? { reason: reasonIn(report) } : {}),
      ...(isObject(context) ? { context } : {}),
      ...(Object.keys(others).length > 0 ? { others } : {}),
    }
  })
}

function reasonIn(report: Leaves): string {
  const reason = report.member('reason')
  if (typeof reason !== 'string') throw new RefusalError('malformed', '"reason" of the status must be a text')
  return reason.slice(0, maxReasonCharacters).replaceAll(/\p{Cc}+/gu, ' ')
}

export function writeStatusReport({
  version,
  outcome,
  reason,
  context,
  others,
}: StatusReport): Uint8Array<ArrayBuffer> {
  const members = { ...others, version, status: outcome === 'success', reason, 'reason-context': context }
  return new TextEncoder().encode(JSON.stringify(members))
}
