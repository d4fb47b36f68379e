/**
 * The record of what happened, for those who check it: its end, signed by the controller's own agent, the whole of it
 * written out, and what of it changed the network. All of it is read from the disk, where others may have been.
 * @module
 */
import { apiVersion } from '@vagus/api'
import type { AuditHead, AuditList, AuditQuery, AuditTrace } from '@vagus/api/audit'
import { auditEvents, auditItems, isAsked, toldOf, traceOf } from '@vagus/api/audit-items'
import { type Mark, recordHeader, recordLine, saidSigner } from '@vagus/audit'
import type { JsonValue } from '@vagus/identity'
import { readTraceparent } from '@vagus/signals'
import type { ControlStore } from '@vagus/store'
import { eventOf } from '../events/event-keeper.ts'
import type { Audit } from '../http/backend.ts'
import { timeText } from '../resources/windows.ts'
import { type HeadSigner, signedHead } from './head-signer.ts'

type AuditStore = Pick<
  ControlStore,
  'eventChainAfter' | 'newestEvents' | 'eventsAfter' | 'eventsNamed' | 'eventHeads' | 'keepEventHead'
>

export interface AuditParts {
  readonly control: AuditStore
  /** Undefined where the configuration has no `agent`. */
  readonly signer: HeadSigner | undefined
  /** What was wrong with the newest events at the start. */
  readonly problem: string | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Events that are written out at once, so that others are served in between. */
const pageSize = 500
/** Events that a list is made of: those of a year where ten things are done in an hour. */
const maxRead = 20_000
/** Whose outcome is asked for may have begun long before. */
const noTime = 0

export class AuditDesk implements Audit {
  readonly #parts: AuditParts

  constructor(parts: AuditParts) {
    this.#parts = parts
  }

  head(): AuditHead {
    const { signer, problem, now } = this.#parts
    const end = this.#end()
    return {
      apiVersion,
      kind: 'AuditHead',
      now: timeText(now()),
      after: end.after,
      last: end.last,
      at: end.at === undefined ? null : timeText(end.at),
      signedBy: signer?.id ?? null,
      head: signer === undefined ? null : signedHead(signer, end, now()),
      problem: problem ?? null,
    }
  }

  list({ n, since, ...query }: AuditQuery): AuditList {
    const { control, now } = this.#parts
    const events = control.eventsNamed(auditEvents, noTime, maxRead).map(eventOf)
    const from = since === undefined ? noTime : Date.parse(since)
    const items = auditItems(events).filter((item) => Date.parse(item.at) >= from && isAsked(item, query))
    return { apiVersion, kind: 'AuditList', now: timeText(now()), items: items.slice(-n) }
  }

  trace(id: string): AuditTrace | undefined {
    const { control, now } = this.#parts
    const found = traceOf(control.eventsNamed(auditEvents, noTime, maxRead).map(eventOf), id)
    if (found === undefined) return undefined
    const items = found.events.map((event) => ({
      id: event.id,
      at: event.at,
      event: event.event,
      what: toldOf(event),
      by: event.by ?? null,
      trace: event.trace === undefined ? null : (readTraceparent(event.trace)?.traceId ?? null),
    }))
    return { apiVersion, kind: 'AuditTrace', now: timeText(now()), matter: found.matter, items }
  }

  /**
   * The record as it is now, line by line with their ends, some at once. @throws {Error} when events are cut off that are
   * not written out yet
   */
  *record(): Generator<string> {
    const { control, signer, now } = this.#parts
    const { after, last } = this.#end()
    const head = signer === undefined ? null : signedHead(signer, { after, last }, now())
    yield `${recordHeader({ after, document: signer?.document ?? null, head })}\n`
    for (let at = after.id; at < last.id;) {
      const events = control.eventsAfter(at, pageSize).filter(({ id }) => id <= last.id)
      if (control.eventChainAfter().id > at) throw new Error('the oldest events were cut off meanwhile; ask again')
      const to = events.at(-1)?.id ?? last.id
      // A state that was restored without its keys has another agent since: heads of the former one prove nothing here.
      const own = signer && control.eventHeads(at + 1, to).filter(({ jws }) => saidSigner(jws) === signer.id)
      const heads = new Map(own?.map(({ id, jws }) => [id, jws]))
      yield events.map((event) => `${entryLine(eventOf(event))}\n${headLine(heads.get(event.id))}`).join('')
      at = to
    }
  }

  /** Signs the end of the record and keeps that, unless nothing happened since the last time. @throws {StoreError} */
  keepHead(): void {
    const { control, signer, now } = this.#parts
    if (signer === undefined) return
    const end = this.#end()
    const { id } = end.last
    if (control.eventHeads(id, id).length === 0) control.keepEventHead({ id, jws: signedHead(signer, end, now()) })
  }

  #end(): { readonly after: Mark; readonly last: Mark; readonly at: number | undefined } {
    const { control } = this.#parts
    const after = control.eventChainAfter()
    const newest = control.newestEvents(1).at(-1)
    if (newest?.hash === undefined || newest.id <= after.id) return { after, last: after, at: undefined }
    return { after, last: { id: newest.id, hash: newest.hash }, at: newest.at }
  }
}

const headLine = (jws: string | undefined): string => (jws === undefined ? '' : `${recordLine({ head: jws })}\n`)

/** What somebody else wrote into the file may have no canonical form: it is told all the same, and found to be wrong. */
function entryLine(event: ReturnType<typeof eventOf>): string {
  try {
    return recordLine(event as unknown as JsonValue) // an event is made of texts, numbers, and an actor
  } catch {
    return JSON.stringify(event)
  }
}
