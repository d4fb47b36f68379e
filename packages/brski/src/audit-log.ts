/**
 * What a MASA issued for one device (RFC 8995 §5.8). A registrar reads it to see who else may own the device.
 * @module
 */
import type { JsonValue } from '@vagus/identity'
import { encodeBase64 } from './base64.ts'
import { formatDateAndTime } from './date-and-time.ts'
import { isObject, parseJsonObject } from './json-text.ts'
import { Leaves } from './leaves.ts'
import { refused, RefusalError, type Refused, settle } from './refusal.ts'
import { type Assertion, assertions, maxNonceCharacters } from './voucher.ts'

export interface AuditEvent {
  /** Milliseconds since 1970. */
  readonly date: number
  /** In base64, as `domainIdText` writes it. */
  readonly domainId: string
  /** `null`: the voucher has none, so its owner can take the device over until it expires. */
  readonly nonce: string | null
  readonly assertion: Assertion
  /** Number of entries of this domain that were left out in favour of this one. */
  readonly truncated?: number
}

export interface AuditLog {
  readonly version: number
  /** Newest first. */
  readonly events: readonly AuditEvent[]
  /** Numbers of entries left out (RFC 8995 §5.8.1). */
  readonly truncation: {
    readonly noncedDuplicates: number
    readonly noncelessDuplicates: number
    readonly arbitrary: number
  }
}

/** Entries read of a log, and kept of one. Beyond that the oldest are left out as `arbitrary`. */
export const maxAuditEvents = 256
/** Counts stay there (RFC 8995 §5.8.1). */
const maxTruncation = 1024

export const domainIdText = (domainId: Uint8Array): string => encodeBase64(domainId)

export function readAuditLog(body: Uint8Array): AuditLog | Refused {
  return settle(() => {
    const log = new Leaves(parseJsonObject(body, 'the audit log'), 'the audit log')
    const events = log.member('events')
    if (!Array.isArray(events)) throw new RefusalError('malformed', '"events" of the audit log must be a list')
    if (events.length > maxAuditEvents) {
      throw new RefusalError('limit', `an audit log of ${events.length} entries; at most ${maxAuditEvents} are read`)
    }
    const truncation = log.member('truncation')
    const counts = new Leaves(isObject(truncation) ? truncation : {}, '"truncation" of the audit log')
    const count = (name: string): number => (counts.has(name) ? counts.count(name) : 0)
    return {
      version: log.count('version'),
      events: events.map((event, at) => readEvent(event as JsonValue, at)),
      truncation: {
        noncedDuplicates: count('nonced duplicates'),
        noncelessDuplicates: count('nonceless duplicates'),
        arbitrary: count('arbitrary'),
      },
    }
  })
}

function readEvent(value: JsonValue, at: number): AuditEvent {
  const where = `entry ${at + 1} of the audit log`
  if (!isObject(value)) throw new RefusalError('malformed', `${where} must be a JSON object`)
  const event = new Leaves(value, where)
  return {
    date: event.time('date'),
    domainId: event.text('domainID', 128),
    nonce: event.has('nonce') ? event.text('nonce', maxNonceCharacters) : null,
    assertion: event.oneOf('assertion', assertions),
    ...(event.has('truncated') ? { truncated: event.count('truncated') } : {}),
  }
}

export function writeAuditLog({ version, events, truncation }: AuditLog): Uint8Array<ArrayBuffer> {
  const { noncedDuplicates, noncelessDuplicates, arbitrary } = truncation
  const value = {
    version,
    events: events.map(({ date, domainId, nonce, assertion, truncated }) => {
      return { date: formatDateAndTime(date), domainID: domainId, nonce, assertion, truncated }
    }),
    truncation: {
      'nonced duplicates': noncedDuplicates,
      'nonceless duplicates': noncelessDuplicates,
      arbitrary,
    },
  }
  return new TextEncoder().encode(JSON.stringify(value))
}

/**
 * The log of `issued` (oldest first) as a MASA shows it: of each domain the newest entry with a nonce and the newest
 * without (RFC 8995 §5.8.1), and at most `maxAuditEvents` of these.
 */
export function auditLogOf(issued: readonly AuditEvent[]): AuditLog {
  const kept = new Map<string, AuditEvent & { readonly truncated: number }>()
  const dropped = { noncedDuplicates: 0, noncelessDuplicates: 0, arbitrary: 0 }
  for (const event of issued.toReversed()) {
    const key = `${event.nonce === null ? 'nonceless' : 'nonced'} ${event.domainId}`
    const newer = kept.get(key)
    if (newer === undefined) {
      kept.set(key, { ...event, truncated: event.truncated ?? 0 })
    } else {
      kept.set(key, { ...newer, truncated: Math.min(newer.truncated + 1, maxTruncation) })
      dropped[event.nonce === null ? 'noncelessDuplicates' : 'noncedDuplicates'] += 1
    }
  }
  const events = [...kept.values()].slice(0, maxAuditEvents)
  dropped.arbitrary = kept.size - events.length
  const atMost = (count: number): number => Math.min(count, maxTruncation)
  return {
    version: 1,
    events: events.map(({ truncated, ...event }) => (truncated === 0 ? event : { ...event, truncated })),
    truncation: {
      noncedDuplicates: atMost(dropped.noncedDuplicates),
      noncelessDuplicates: atMost(dropped.noncelessDuplicates),
      arbitrary: atMost(dropped.arbitrary),
    },
  }
}

/** Whom a registrar lets a device have belonged to. domainIDs in base64. */
export interface AuditPolicy {
  /** Of its own domain: what the MASA may have pinned. */
  readonly own: readonly string[]
  /** Of domains whose devices are taken over whatever they hold. */
  readonly former: readonly string[]
}

/**
 * Whether a registrar goes on with a device that has `log`, after a voucher for its own domain. Refused as `unacceptable`
 * if there is no such voucher, if another domain got one without a nonce, which it could use later (RFC 8995 §5.8.3), if
 * another domain got one after ours, or if entries were left out arbitrarily.
 */
export function checkAuditLog(log: AuditLog, { own, former }: AuditPolicy): { readonly type: 'accepted' } | Refused {
  const ours = log.events.filter(({ domainId }) => own.includes(domainId))
  if (ours.length === 0)
    return refused('unacceptable', 'the audit log holds no voucher for this domain; ask for one first')
  const foreign = log.events.filter(({ domainId }) => !own.includes(domainId) && !former.includes(domainId))
  const nonceless = foreign.find(({ nonce }) => nonce === null)
  if (nonceless !== undefined) {
    return refused(
      'unacceptable',
      `domain ${nonceless.domainId} has a voucher without a nonce of ${formatDateAndTime(nonceless.date)}, and could take the device over; name the domain among the former ones, or leave the device out`,
    )
  }
  const newest = Math.max(...ours.map(({ date }) => date))
  const later = foreign.find(({ date }) => date > newest)
  if (later !== undefined) {
    const when = formatDateAndTime(later.date)
    return refused('unacceptable', `domain ${later.domainId} got a voucher after this one did, on ${when}`)
  }
  if (log.truncation.arbitrary > 0) {
    return refused('unacceptable', `the MASA left ${log.truncation.arbitrary} entries out of the audit log`)
  }
  return { type: 'accepted' }
}
