/** Events about lines. @module */
import { actorText } from '@vagus/api/actor'
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

/** Of agents: who types an order sees what became of it. */
export const orderedEvent = (line: KeptLine): EventDraft => {
  const { from, to, ...wish } = line.wish
  return of('line.ordered', line, { by: actorText(line.by), ...wishFields(wish), from, to })
}

export const changedEvent = (line: KeptLine): EventDraft =>
  of('line.changed', line, { by: actorText(line.by), ...wishFields(line.wish) })

const wishFields = ({ bitsPerSecond, end }: Pick<KeptLine['wish'], 'bitsPerSecond' | 'end'>) => ({
  rate: rateText(bitsPerSecond),
  until: timeText(end),
})

export const activeEvent = (line: KeptLine): EventDraft => {
  const { from, to, bitsPerSecond } = line.wish
  const path = linksText(line.path)
  return of('line.active', line, { from, to, rate: rateText(bitsPerSecond), path, milliseconds: line.setUpMs ?? 0 })
}

export const movedEvent = (line: KeptLine, because: string, milliseconds: number): EventDraft =>
  of('line.moved', line, { path: linksText(line.path), because, milliseconds })

export const stuckEvent = (line: KeptLine, because: string, problem: string): EventDraft =>
  of('line.stuck', line, { because, problem })

export const releasedEvent = (line: KeptLine): EventDraft => of('line.released', line, { because: line.because })

export const failedEvent = (line: KeptLine): EventDraft => {
  const { from, to } = line.wish
  return of('line.failed', line, { from, to, because: line.because })
}

export const refusedEvent = (
  { from, to, bitsPerSecond }: { readonly from: string; readonly to: string; readonly bitsPerSecond: number },
  because: string,
): EventDraft => ({
  event: 'line.refused',
  subject: `${from} – ${to}`,
  fields: { from, to, rate: rateText(bitsPerSecond), because },
})
