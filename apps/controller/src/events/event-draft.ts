/** An event before it has its number. @module */
import type { Actor, EventName } from '@vagus/api'

export interface EventDraft {
  readonly event: EventName
  /** The device, link, agent or address that it is about; empty for the controller itself. */
  readonly subject: string
  readonly fields: Readonly<Record<string, string | number>>
  /** Who caused it; undefined: nobody did, or it is not known. */
  readonly by?: Actor | undefined
  /** Of what it belongs to, a `traceparent`; its own span becomes a child of that. */
  readonly trace?: string | undefined
}
