/** Events about lines. @module */
import type { Actor } from '@vagus/api'
import type { LineChange } from '@vagus/api/lines'
import { rateText } from '@vagus/line'
import type { EventDraft } from '../events/event-draft.ts'
import { timeText } from '../resources/windows.ts'
import type { KeptLine } from './line-book.ts'
import { linksText } from './line-words.ts'

const of = (event: EventDraft['event'], { id }: Pick<KeptLine, 'id'>, fields: EventDraft['fields']): EventDraft => ({
  event,
  subject: id,
  fields: { line: id, ...fields },
})

const wished = ({ wish: { from, to, bitsPerSecond, start, end } }: KeptLine): EventDraft['fields'] => ({
  from,
  to,
  rate: rateText(bitsPerSecond),
  start: timeText(start),
  end: timeText(end),
})

export const orderedEvent = (line: KeptLine): EventDraft => ({ ...of('line.ordered', line, wished(line)), by: line.by })

export const askedEvent = (line: KeptLine): EventDraft => ({
  ...of('line.asked', line, { ...wished(line), because: line.because }),
  by: line.by,
})

export const approvedEvent = (line: KeptLine, by: Actor): EventDraft => ({
  ...of('line.approved', line, wished(line)),
  by,
})

/** `change`: as it was asked for, and is in force now. */
export const changedEvent = (
  line: KeptLine,
  { bitsPerSecond, end, avoid, protect }: LineChange,
  by: Actor,
): EventDraft => {
  const what = [
    ...(bitsPerSecond === undefined ? [] : [rateText(bitsPerSecond)]),
    ...(end === undefined ? [] : [`until ${end}`]),
    ...(avoid === undefined ? [] : [avoid === null ? 'over any path again' : `without ${avoid}`]),
    ...(protect === undefined ? [] : [protect ? 'with a second path' : 'without a second path']),
  ]
  return { ...of('line.changed', line, { what: what.join(', ') }), by }
}

export const activeEvent = (line: KeptLine): EventDraft => {
  const { from, to, bitsPerSecond } = line.wish
  const path = linksText(line.path)
  const fields = { from, to, rate: rateText(bitsPerSecond), path, milliseconds: line.setUpMs ?? 0 }
  return { ...of('line.active', line, fields), by: line.by }
}

export const movedEvent = (line: KeptLine, because: string, milliseconds: number): EventDraft =>
  of('line.moved', line, { path: linksText(line.path), because, milliseconds })

export const protectedEvent = (line: KeptLine): EventDraft =>
  of('line.protected', line, { path: linksText(line.protection!) })

export const unprotectedEvent = (line: KeptLine, because: string): EventDraft =>
  of('line.unprotected', line, { because })

export const switchedEvent = (line: KeptLine, because: string): EventDraft =>
  of('line.switched', line, { path: linksText(line.path), because })

export const stuckEvent = (line: KeptLine, because: string, problem: string): EventDraft =>
  of('line.stuck', line, { because, problem })

/** `by`: undefined where its time was over. */
export const releasedEvent = (line: KeptLine, by: Actor | undefined): EventDraft => ({
  ...of('line.released', line, { because: line.because }),
  ...(by === undefined ? {} : { by }),
})

export const failedEvent = (line: KeptLine): EventDraft => {
  const { from, to } = line.wish
  return { ...of('line.failed', line, { from, to, because: line.because }), by: line.by }
}

export const refusedEvent = (
  { from, to, bitsPerSecond }: { readonly from: string; readonly to: string; readonly bitsPerSecond: number },
  because: string,
  by: Actor,
): EventDraft => ({
  event: 'line.refused',
  by,
  subject: `${from} – ${to}`,
  fields: { from, to, rate: rateText(bitsPerSecond), because },
})
