/**
 * Server-sent events (HTML §9.2) as octets: cuts a stream into events without changing them, and reads what one says.
 *
 *   id: 7 LF  data: {"a": LF  data: 1} LF  LF
 *
 * An event ends behind a blank line. A line ends in LF, CR LF or CR, each as it likes.
 * @module
 */

const lf = 10
const cr = 13

/** Pieces of an event are gathered in blocks of no more than this, or of one piece. */
const blockOctets = 65_536
/** So many octets may begin a blank line, the end of the line before included: CR LF CR. */
const openOctets = 3

/** What the octets so far end with. Behind a CR, that of a blank line or of another one, an LF may come that belongs to it. */
type Place = 'text' | 'line end' | 'cr' | 'blank cr'

/**
 * Cuts octets, in whatever pieces they come, behind each blank line. Octets are copied at most twice. An event that ends
 * in CR is whole with the next octet, as that may be the LF of the same line end.
 */
export class EventSplitter {
  readonly #maxOctets: number
  /** All are full but the last. */
  #blocks: Uint8Array[] = []
  /** Those in use of the last block. */
  #used = 0
  #octets = 0
  #place: Place = 'text'

  /** @param maxOctets of an event, from 4 on; longer ones are given in pieces, of which the last one ends the event */
  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets
  }

  /** The events that are whole now, each with the blank line that ends it. They may be parts of `octets`. */
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

  /** What is left when the stream ends: an event that was cut off or ends in CR, or nothing. */
  rest(): Uint8Array {
    this.#place = 'text'
    return this.#taken(new Uint8Array(0))
  }

  /** Copies, so that pieces of one octet hold no more than that, and `octets` stay the caller's. */
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

  /** What is held, and `end` behind it. */
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

/** Whether a blank line is the last of it. */
export const endsEvent = (octets: Uint8Array): boolean =>
  /(?:\r\n|\n|\r(?!\n)){2}$/.test(String.fromCharCode(...octets.subarray(-4)))

/** What an event says. */
export interface EventFields {
  /** Empty where it has no such field. */
  readonly type: string
  /** Without one, the last that an event of the stream had goes on to hold. */
  readonly id: string | undefined
  /** The lines of its data, joined by LF. An event without any is none for the program. */
  readonly data: string | undefined
}

/** The fields of a whole event (HTML §9.2.6): the last `event` and `id`, all `data`; others and comments are passed over. */
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
