/**
 * Server-sent events (HTML Living Standard §9.2.6) out of pieces of octets as they arrive. A stream of our own instead of
 * EventSource: it says when it is interrupted and can be resumed by id after any answer of the server.
 * @module
 */
import { endsEvent, EventSplitter, fieldsOf } from '@vagus/wire/event-stream'

/** What one event may take; a longer one is given up, as it cannot be ours. */
const maxEventOctets = 65_536

interface ServerEvent {
  /** Empty for the plain ones: here, those that are events of the network. */
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
