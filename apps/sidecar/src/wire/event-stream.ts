/**
 * What is done to server-sent events (HTML §9.2) on their way: an id is written into one. The rest of it stays octet for
 * octet, so unknown fields survive.
 * @module
 */
import { fieldsOf } from '@vagus/wire/event-stream'

/** One event; longer ones are passed on in pieces, without an id. As large as what A2A programs let an event be, and more. */
export const maxEventOctets = 12 * 1024 * 1024

/** Comments alone: they keep a connection open, and each leg keeps its own. */
export const isComment = (event: Uint8Array): boolean => !/^[^:\r\n]/m.test(Buffer.from(event).toString('latin1'))

/** The data of an event, its lines joined; empty when it has none. */
export const dataOf = (event: Uint8Array): string => fieldsOf(event).data ?? ''

const idLine = /^id(?::[^\r\n]*)?(?:\r\n|\r|\n)/gm

/** `event` with `id` in front, in place of its own; the rest stays octet for octet. */
export function withId(event: Uint8Array, id: string): Uint8Array {
  const text = Buffer.from(event).toString('latin1')
  const blank = /^(?:\r\n|\r|\n)(?=[^\r\n])/.exec(text)?.[0] ?? '' // behind the id, it would end an event of its own
  return Buffer.from(`${blank}id: ${id}\n${text.slice(blank.length).replaceAll(idLine, '')}`, 'latin1')
}

/** An event of one line of data. */
export const eventOf = (data: string): Uint8Array => Buffer.from(`data: ${data}\n\n`)
