/**
 * Server-sent events (HTML §9.2) as octets: splits a stream into events without changing them, and reads their fields.
 *
 *   id: 7 LF  data: {"a": LF  data: 1} LF  LF
 *
 * A blank line ends an event. Each line may end in LF, CR LF or CR.
 * @module
 */

const lf = 10
const cr = 13

/** Pieces of an event are gathered in blocks of at most this size, or the size of one larger piece. */
const blockOctets = 65_536
/** Maximum octets of an unfinished blank line, including the end of the previous line: CR LF CR. */
const openOctets = 3

/** End of the octets so far. An LF that belongs to it may follow a CR, of a blank line or of another line. */
type Place = 'text' | 'line end' | 'cr' | 'blank cr'

/**
 * Splits octets after each blank line, however they are segmented. Octets are copied at most twice. An event that ends
 * in CR is complete only with the next octet, which may be the LF of the same line end.
 */
export class EventSplitter {
  readonly #maxOctets: number
  /** All full except the last. */
  #blocks: Uint8Array[] = []
  /** Octets used in the last block. */
  #used = 0
  #octets = 0
  #place: Place = 'text'

  /** @param maxOctets of an event, at least 4; a longer event is returned in pieces, the last of which ends it */
  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets
  }

  /** Returns the completed events, each with its blank line. They may be views on `octets`. */
  push(octets: Uint8Array): readonly Uint8Array[] {
    const events: Uint8Array[] = []
    let start = 0
    let place = this.#place
    const cut = (end: number): void => {
      events.push(this.#taken(octets.subarray(start, end)))
      start = end
      place = 'text'
    }
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at]
      if (place === 'blank cr' && octet !== lf) cut(at)
      if (octet === lf) {
        if (place === 'line end' || place === 'blank cr') cut(at + 1)
        else place = 'line end'
      } else if (octet === cr) place = place === 'text' ? 'cr' : 'blank cr'
      else place = 'text'
    }
    this.#place = place
    this.#hold(octets.subarray(start))
    if (this.#octets > this.#maxOctets) {
      const long = this.#taken(new Uint8Array(0))
      events.push(long.subarray(0, -openOctets))
      this.#hold(long.subarray(-openOctets))
    }
    return events
  }

  /** The remaining octets when the stream ends: an incomplete event or one that ends in CR, or nothing. */
  rest(): Uint8Array {
    this.#place = 'text'
    return this.#taken(new Uint8Array(0))
  }

  /** Copies, so that a short piece does not retain a large buffer, and `octets` stay the caller's. */
  #hold(octets: Uint8Array): void {
    const last = this.#blocks.at(-1)
    const fits = last === undefined ? 0 : Math.min(octets.length, last.length - this.#used)
    last?.set(octets.subarray(0, fits), this.#used)
    this.#used += fits
    this.#octets += octets.length
    if (fits === octets.length) return
    const more = octets.subarray(fits)
    const block = new Uint8Array(Math.max(more.length, Math.min(this.#octets, blockOctets)))
    block.set(more)
    this.#blocks.push(block)
    this.#used = more.length
  }

  /** The held octets followed by `end`. */
  #taken(end: Uint8Array): Uint8Array {
    if (this.#octets === 0) return end
    const all = new Uint8Array(this.#octets + end.length)
    let at = 0
    for (const block of this.#blocks) {
      const octets = block.subarray(0, Math.min(block.length, this.#octets - at))
      all.set(octets, at)
      at += octets.length
    }
    all.set(end, at)
    this.#blocks = []
    this.#used = 0
    this.#octets = 0
    return all
  }
}

/** Whether the octets end with a blank line. */
export const endsEvent = (octets: Uint8Array): boolean =>
  /(?:\r\n|\n|\r(?!\n)){2}$/.test(String.fromCharCode(...octets.subarray(-4)))

/** Fields of an event. */
export interface EventFields {
  /** Value of `event`; empty when the event has no such field. */
  readonly type: string
  /** `undefined` without such a field: the last id of the stream then stays in effect. */
  readonly id: string | undefined
  /** Lines of data, joined by LF. An event without data is not dispatched. */
  readonly data: string | undefined
}

/** Reads the fields of a whole event (HTML §9.2.6): the last `event` and `id`, all `data`; ignores the rest. */
export function fieldsOf(event: Uint8Array): EventFields {
  let type = ''
  let id: string | undefined
  let data: string | undefined
  for (const line of new TextDecoder('utf-8').decode(event).split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'event') type = value
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'data') data = data === undefined ? value : `${data}\n${value}`
  }
  return { type, id, data }
}
