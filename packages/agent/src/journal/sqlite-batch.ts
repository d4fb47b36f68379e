/**
 * What the records of one transaction come to: of what changed twice only the last state is written, and of an exchange that
 * is over nothing but that. Pure.
 * @module
 */
import type { Binding, ExchangeStart, JournalRecord, Outcome } from '@vagus/channel'

/** What is new of one exchange; `undefined`: as it was. */
export interface ExchangeChange {
  start: ExchangeStart | undefined
  binding: Binding | undefined
  released: number | undefined
  acknowledged: number | undefined
  /** `outcome` is `undefined` on the calling side. */
  ended: { readonly outcome: Outcome | undefined } | undefined
  cancelled: string | undefined
  isRemoved: boolean
  /** By cursor. */
  readonly sent: Map<number, Uint8Array>
}

/** What is new of one caller, or that it is forgotten, and then perhaps begins anew. */
export interface CallerChange {
  forgotten: 'callers' | 'callersOfOne' | undefined
  floor: number | undefined
  doubtedBelow: number
  readonly done: Set<number>
}

export interface Batch {
  readonly exchanges: ReadonlyMap<number, ExchangeChange>
  /** In the order in which they were heard of. */
  readonly callers: ReadonlyMap<string, CallerChange>
}

export function batchOf(records: readonly JournalRecord[]): Batch {
  const exchanges = new Map<number, ExchangeChange>()
  const callers = new Map<string, CallerChange>()
  for (const record of records) {
    if (record.type === 'done' || record.type === 'floor' || record.type === 'forgotten') changeCaller(callers, record)
    else changeExchange(exchanges, record)
  }
  return { exchanges, callers }
}

type OfCaller = Extract<JournalRecord, { readonly caller: string }>

function changeCaller(callers: Map<string, CallerChange>, record: OfCaller): void {
  const { caller } = record
  const before = callers.get(caller)
  if (record.type === 'forgotten') {
    // That one was forgotten at the limit of all stays true of the journal.
    const forgotten = before?.forgotten === 'callers' ? 'callers' : record.limit
    callers.set(caller, { ...nothingOfCaller(), forgotten })
    return
  }
  const change = before ?? nothingOfCaller()
  if (record.type === 'floor' && change.floor === undefined) callers.delete(caller) // heard of behind the others
  callers.set(caller, change)
  if (record.type === 'done') {
    change.done.add(record.number)
    return
  }
  change.floor = record.floor
  change.doubtedBelow = record.doubtedBelow
  for (const number of change.done) if (number < record.floor) change.done.delete(number)
}

function changeExchange(exchanges: Map<number, ExchangeChange>, record: Exclude<JournalRecord, OfCaller>): void {
  const local = record.type === 'started' ? record.start.local : record.local
  const change = exchanges.get(local) ?? nothingOfExchange()
  exchanges.set(local, change)
  if (record.type === 'started') change.start = record.start
  else if (record.type === 'bound') change.binding = record.binding
  else if (record.type === 'sent') change.sent.set(record.cursor, record.octets)
  else if (record.type === 'acknowledged') change.acknowledged = record.cursor
  else if (record.type === 'ended') change.ended = { outcome: record.outcome }
  else if (record.type === 'cancelled') change.cancelled = record.reason
  else if (record.type === 'removed') change.isRemoved = true
  else {
    change.released = record.cursor
    for (const cursor of change.sent.keys()) if (cursor <= record.cursor) change.sent.delete(cursor)
  }
}

const nothingOfCaller = (): CallerChange => ({
  forgotten: undefined,
  floor: undefined,
  doubtedBelow: 0,
  done: new Set(),
})

const nothingOfExchange = (): ExchangeChange => ({
  start: undefined,
  binding: undefined,
  released: undefined,
  acknowledged: undefined,
  ended: undefined,
  cancelled: undefined,
  isRemoved: false,
  sent: new Map(),
})
