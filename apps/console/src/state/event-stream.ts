/**
 * Server-sent events (HTML Living Standard §9.2.6) out of pieces of text as they arrive. A stream of our own instead of
 * EventSource: it says when it is interrupted and can be resumed by id after any answer of the server.
 * @module
 */

/** What one event may take; a longer one is given up, as it cannot be ours. */
const maxEventCharacters = 65_536

interface ServerEvent {
  /** Empty for the plain ones: here, those that are events of the network. */
  readonly name: string
  readonly id: string
  readonly data: string
}

export interface StreamReader {
  /** The events that are complete with this piece of text. */
  read(text: string): ServerEvent[]
}

/** A reader for one connection; comments and `retry` are passed over. */
export function createStreamReader(): StreamReader {
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []
  let size = 0
  const field = (line: string): void => {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'id') id = value
    if (name === 'event') event = value
    if (name === 'data' && size <= maxEventCharacters) {
      data.push(value)
      size += value.length + 1
    }
  }
  return {
    read(text) {
      const events: ServerEvent[] = []
      // a "\r" at the end may be half of a "\r\n": it waits for what comes next
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line !== '') {
          field(line)
          continue
        }
        if (data.length > 0 && size <= maxEventCharacters) events.push({ name: event, id, data: data.join('\n') })
        data = []
        size = 0
        event = ''
      }
      if (rest.length > maxEventCharacters) rest = ''
      return events
    },
  }
}
