/**
 * Server-sent events (HTML Living Standard §9.2.6) out of pieces of octets as they arrive. A stream of our own instead of
 * EventSource: it says when it is interrupted and can be resumed by id after any answer of the server.
 * @module
 */
import { endsEvent, EventSplitter, fieldsOf } from '@vagus/wire/event-stream'

/** Maximum octets of one event; a longer one cannot be from a controller and is dropped. */
const maxEventOctets = 65_536

interface ServerEvent {
  /** Empty for events of the network, which have no `event` field. */
  readonly name: string
  readonly data: string
}

export interface StreamReader {
  /** The events that are complete with these octets. */
  read(octets: Uint8Array): ServerEvent[]
}

/** A reader for one connection; comments, ids and `retry` are passed over. */
export function createStreamReader(): StreamReader {
  const splitter = new EventSplitter(maxEventOctets)
  let isWithin = false // an event that is given up
  return {
    read(octets) {
      const events: ServerEvent[] = []
      for (const piece of splitter.push(octets)) {
        const isWhole = !isWithin && endsEvent(piece)
        isWithin = !endsEvent(piece)
        const { type, data } = isWhole ? fieldsOf(piece) : {}
        if (type !== undefined && data !== undefined) events.push({ name: type, data })
      }
      return events
    },
  }
}
