/**
 * Octets of a session to messages (RFC 6242 §4). A session begins with end-of-message framing; after the hellos it goes on
 * in chunks where both have base:1.1.
 * @module
 */
import { NetconfError } from '../error.ts'
import { isMarkAt, mark } from './mark.ts'

/** Octets of one message. A whole configuration has a few MiB, a full table of routes some hundred. */
const maxMessageOctets = 64 * 1024 * 1024
/** `\n#4294967295\n`, the longest header of a chunk. */
const maxHeaderOctets = 13
const header = /^\n#(?:([1-9][0-9]{0,9})|#)\n$/
const nothing = new Uint8Array(0)

export class NetconfFramer {
  readonly #max: number
  #framing: 'eom' | 'chunked' = 'eom'
  #body = new Uint8Array(0)
  #length = 0
  /** What was pushed, and not taken into the body. */
  #unread: Uint8Array = nothing
  /** Octets of the chunk that are still to come. */
  #chunk = 0
  #header = ''
  #failure: NetconfError | undefined

  constructor(maxOctets = maxMessageOctets) {
    this.#max = maxOctets
  }

  /** From the next message on: chunks. */
  chunked(): void {
    this.#framing = 'chunked'
  }

  /**
   * The next octets of the session; they are not copied until `next` takes them.
   * @throws {RangeError} before `next` gave `undefined`: what is not taken must not pile up
   */
  push(octets: Uint8Array): void {
    if (this.#unread.length > 0) throw new RangeError('messages must be taken with next() before more octets come')
    this.#unread = octets
  }

  /**
   * The next whole message, or `undefined`: more octets are needed. It keeps at most one message that is not whole.
   * @throws {NetconfError} `too-large`, or `malformed`: a header that is none, or no UTF-8; also whenever called again
   */
  next(): string | undefined {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return this.#framing === 'eom' ? this.#nextMarked() : this.#nextChunked()
    } catch (error) {
      this.#failure = error as NetconfError
      this.#forget()
      this.#unread = nothing
      throw error
    }
  }

  #nextMarked(): string | undefined {
    const from = Math.max(0, this.#length - mark.length + 1)
    // More than that cannot end a message that is small enough.
    const taken = this.#unread.subarray(0, Math.max(0, this.#max + mark.length - this.#length))
    this.#keep(taken)
    for (let at = this.#body.indexOf(mark[0]!, from); at !== -1; at = this.#body.indexOf(mark[0]!, at + 1)) {
      if (at + mark.length > this.#length) break
      if (!isMarkAt(this.#body, at)) continue
      this.#unread = this.#unread.subarray(taken.length - (this.#length - at - mark.length))
      return this.#message(at)
    }
    if (this.#length >= this.#max + mark.length) throw this.#tooLarge()
    this.#unread = nothing
    return undefined
  }

  #nextChunked(): string | undefined {
    while (this.#unread.length > 0) {
      if (this.#chunk > 0) {
        const taken = this.#unread.subarray(0, this.#chunk)
        this.#keep(taken)
        this.#chunk -= taken.length
        this.#unread = this.#unread.subarray(taken.length)
        continue
      }
      this.#header += String.fromCharCode(this.#unread[0]!)
      this.#unread = this.#unread.subarray(1)
      if (!this.#header.endsWith('\n') || this.#header.length === 1) {
        // A header begins with \n#, so nothing else is waited for.
        if (this.#header.length > maxHeaderOctets || !'\n#'.startsWith(this.#header.slice(0, 2))) throw this.#noHeader()
        continue
      }
      const found = header.exec(this.#header)
      if (found === null) throw this.#noHeader()
      this.#header = ''
      if (found[1] !== undefined) this.#begin(Number(found[1]))
      else if (this.#length === 0) throw new NetconfError('malformed', 'a message ends before its first chunk')
      else return this.#message(this.#length)
    }
    return undefined
  }

  #begin(octets: number): void {
    if (octets > 0xffff_ffff) throw new NetconfError('malformed', `a chunk of ${octets} octets; 4294967295 is the most`)
    if (this.#length + octets > this.#max) throw this.#tooLarge()
    this.#chunk = octets
  }

  #noHeader(): NetconfError {
    return new NetconfError('malformed', `${JSON.stringify(this.#header)} is no header of a chunk, as "\\n#123\\n" is`)
  }

  #tooLarge(): NetconfError {
    return new NetconfError('too-large', `a message has more than ${this.#max} octets`)
  }

  #keep(octets: Uint8Array): void {
    const needed = this.#length + octets.length
    if (needed > this.#body.length) {
      const larger = new Uint8Array(Math.min(Math.max(needed, 2 * this.#body.length, 4096), this.#max + mark.length))
      larger.set(this.#body.subarray(0, this.#length))
      this.#body = larger
    }
    this.#body.set(octets, this.#length)
    this.#length = needed
  }

  #message(octets: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.#body.subarray(0, octets))
    } catch (cause) {
      throw new NetconfError('malformed', 'a message is not UTF-8, as RFC 6241 §3 wants it', { cause })
    } finally {
      this.#forget()
    }
  }

  /** A long message's memory is given back: most are short. */
  #forget(): void {
    this.#length = 0
    if (this.#body.length > 1024 * 1024) this.#body = new Uint8Array(0)
  }
}
