/**
 * Server-sent events (HTML §9.2) as octets: cuts a stream into events without changing them, and writes an id into one. What a line holds is not looked at further than its field name, so unknown fields survive.
 * @module
 */

/** One event; longer ones are passed on in pieces, without an id. As large as what A2A programs let an event be, and more. */
const maxEventOctets = 12 * 1024 * 1024

const lf = 10
const cr = 13

/** Cuts octets, in whatever pieces they come, behind each blank line. */
export class EventSplitter {
  #held: Buffer = Buffer.alloc(0)
  /** Where to go on looking. */
  #from = 0

  /** The events that are whole now, each with the blank line that ends it. */
  push(octets: Uint8Array): readonly Uint8Array[] {
    this.#held = this.#held.length === 0 ? Buffer.from(octets) : Buffer.concat([this.#held, octets])
    const events: Uint8Array[] = []
    let start = 0
    for (;;) {
      const end = endOfEvent(this.#held, Math.max(start, this.#from))
      if (end === undefined) break
      events.push(this.#held.subarray(start, end))
      start = end
      this.#from = end
    }
    this.#held = this.#held.subarray(start)
    this.#from = Math.max(0, this.#held.length - 3) // a blank line may be cut in its middle
    if (this.#held.length > maxEventOctets) {
      events.push(this.#held.subarray(0, this.#from)) // without what may be the beginning of its blank line
      this.#held = this.#held.subarray(this.#from)
      this.#from = 0
    }
    return events
  }

  /** What is left when the stream ends: an event that was cut off, or nothing. */
  rest(): Uint8Array {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    this.#from = 0
    return rest
  }
}

/** Behind the first blank line: LF LF, CR LF CR LF, CR CR and their mixtures. */
function endOfEvent(octets: Buffer, from: number): number | undefined {
  for (let at = Math.max(0, from - 3); at < octets.length; at++) {
    const first = lineEnd(octets, at)
    if (first === 0) continue
    const second = lineEnd(octets, at + first)
    if (second > 0 && at + first + second > from) return at + first + second
  }
  return undefined
}

/** How many octets end a line at `at`; 0 when none do. A CR at the very end may be half of CR LF: wait for more. */
function lineEnd(octets: Buffer, at: number): number {
  if (octets[at] === lf) return 1
  if (octets[at] !== cr) return 0
  if (at + 1 === octets.length) return 0
  return octets[at + 1] === lf ? 2 : 1
}

/** Comments alone: they keep a connection open, and each leg keeps its own. */
export const isComment = (event: Uint8Array): boolean =>
  linesOf(event).every((line) => line === '' || line.startsWith(':'))

/** Whether a blank line is the last of it. */
export const endsEvent = (octets: Uint8Array): boolean =>
  /(?:\r\n|\n|\r(?!\n)){2}$/.test(Buffer.from(octets.subarray(-4)).toString('latin1'))

/** The data of an event, its lines joined; empty when it has none. */
export function dataOf(event: Uint8Array): string {
  return linesOf(event)
    .filter((line) => line.startsWith('data'))
    .map((line) => line.replace(/^data:? ?/, ''))
    .join('\n')
}

const idLine = /^id(?::[^\r\n]*)?(?:\r\n|\r|\n)/gm

/** `event` with `id` in front, in place of its own; the rest stays octet for octet. */
export function withId(event: Uint8Array, id: string): Uint8Array {
  const text = Buffer.from(event).toString('latin1')
  return Buffer.from(`id: ${id}\n${text.replaceAll(idLine, '')}`, 'latin1')
}

/** An event of one line of data. */
export const eventOf = (data: string): Uint8Array => Buffer.from(`data: ${data}\n\n`)

const linesOf = (event: Uint8Array): readonly string[] =>
  Buffer.from(event)
    .toString('utf8')
    .split(/\r\n|\r|\n/)
