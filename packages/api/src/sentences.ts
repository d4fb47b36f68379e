/**
 * The sentences of events, without the schemas: a page that shows events needs these and not a validator.
 * @module
 */
import type { Actor } from './actor.ts'
import { actorText } from './actor-text.ts'
import { durationText, millisecondsText } from './figures.ts'
import type { EventKind } from './sentences/event-kind.ts'
import { ofAgents } from './sentences/agents.ts'
import { ofController } from './sentences/controller.ts'
import { ofExporters } from './sentences/exporters.ts'
import { ofJoins } from './sentences/joins.ts'
import { ofLines } from './sentences/lines.ts'
import { ofRouters } from './sentences/routers.ts'
import { ofSteering } from './sentences/steering.ts'
import { ofUnusual } from './sentences/unusual.ts'

/**
 * Every event with its severity and the sentence for people. `{field}` stands for the event's field, `{field|one|many}`
 * for the field followed by its singular or plural word; `{seconds}` and `{milliseconds}` bring their unit along.
 */
export const sentences = {
  ...ofController,
  ...ofExporters,
  ...ofRouters,
  ...ofJoins,
  ...ofSteering,
  ...ofLines,
  ...ofAgents,
  ...ofUnusual,
} as const satisfies Record<string, EventKind>

export type EventName = keyof typeof sentences

/** All that is known of events of that name; of names that are no more, how severe they were is in the event. */
export const eventKind = (name: EventName): EventKind =>
  Object.hasOwn(sentences, name) ? sentences[name] : { severity: 'info', text: name }

type Fields = Readonly<Record<string, string | number>>

/** `value` of the field of that name; times read as durations do everywhere. */
function fieldText(name: string, value: string | number): string {
  if (typeof value === 'number' && name === 'seconds') return durationText(value)
  if (typeof value === 'number' && name === 'milliseconds') return millisecondsText(value)
  return String(value)
}

/** `text` with the `fields` in their places, as in `sentences`; a field that is lacking shows as "?". */
export const filledIn = (text: string, fields: Fields): string =>
  text.replaceAll(
    /\{(\w+)(?:\|([^|}]+)\|([^|}]+))?\}/g,
    (_, name: string, one: string | undefined, many: string | undefined) => {
      const value = fields[name] ?? '?'
      return one === undefined ? fieldText(name, value) : `${value} ${value === 1 ? one : many}`
    },
  )

/** The event as people read it, with who caused it unless it says so itself; a field that the event lacks shows as "?". */
export function sentenceOf({
  event,
  fields,
  by,
}: {
  readonly event: EventName
  readonly fields: Fields
  readonly by?: Actor | undefined
}): string {
  const { text, who }: EventKind = sentences[event]
  const said = filledIn(text, fields)
  if (by === undefined || who === 'said' || said.includes(actorText(by))) return said
  return `${said} (by ${actorText(by)})`
}
