/**
 * Data sets that arrived before their template, or whose decoder may not be compiled yet. They are kept within limits
 * of number, octets and time, and decoded later. After a reordering, a restart of the collector or the loss of a
 * template, this saves up to half an hour of an exporter's data.
 * @module
 */
import type { Limits } from './limits.ts'
import type { ParkedSet } from './parked-set.ts'
import type { Stream } from './stream.ts'

export class Parking {
  readonly #limits: Limits
  /** In the order parked, so oldest first, except for sets that were parked again. */
  readonly #sets = new Map<ParkedSet, Stream>()
  readonly #octetsOf = new Map<Stream, number>()
  #octets = 0
  #dropped = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get sets(): number {
    return this.#sets.size
  }

  get octets(): number {
    return this.#octets
  }

  get dropped(): number {
    return this.#dropped
  }

  /**
   * Parks the set. At a limit of the stream, its oldest set is dropped; at a limit of all streams, the oldest set of
   * any.
   */
  park(stream: Stream, set: ParkedSet): void {
    const { parkedPerStream, parkedOctetsPerStream, parked, parkedOctets } = this.#limits
    const size = set.octets.length
    if (size > parkedOctetsPerStream || size > parkedOctets) {
      this.#dropped++
      stream.parkedDropped++
      stream.session.givenUp(stream.loss, stream.parked.length)
      return
    }
    const { noTemplate } = stream
    while (
      stream.parked.length > 0 &&
      (stream.parked.length >= parkedPerStream || (this.#octetsOf.get(stream) ?? 0) + size > parkedOctetsPerStream)
    ) {
      this.#drop(stream, stream.parked[0]!)
    }
    while (this.#sets.size > 0 && (this.#sets.size >= parked || this.#octets + size > parkedOctets)) this.#dropOldest()
    this.#sets.set(set, stream)
    stream.parked.push(set)
    // The sets that waited before were perhaps all dropped for this one: it waits for the same template.
    if (set.waitsFor === 'template') stream.noTemplate = noTemplate ?? { since: set.parkedAt, givenUp: 0 }
    this.#octets += size
    this.#octetsOf.set(stream, (this.#octetsOf.get(stream) ?? 0) + size)
    stream.session.waiting(stream.loss, stream.parked.length)
  }

  /** Removes and returns the sets that wait for `setId`, oldest first. */
  take(stream: Stream, setId: number): readonly ParkedSet[] {
    if (stream.parked.length === 0) return []
    const taken = stream.parked.filter((set) => set.setId === setId)
    for (const set of taken) this.#remove(stream, set)
    return taken
  }

  /** Sets that wait for the decoder of their template, with their streams, oldest first. */
  waitingForDecoder(): readonly (readonly [ParkedSet, Stream])[] {
    return [...this.#sets].filter(([{ waitsFor }]) => waitsFor === 'decoder')
  }

  /** Drops all sets of a stream. */
  clear(stream: Stream): void {
    while (stream.parked.length > 0) this.#drop(stream, stream.parked[0]!)
  }

  /** Drops the sets that waited too long. */
  expire(now: number): void {
    for (const [set, stream] of this.#sets) {
      if (now - set.parkedAt >= this.#limits.parkedForMs) this.#drop(stream, set)
    }
  }

  #dropOldest(): void {
    for (const [set, stream] of this.#sets) {
      this.#drop(stream, set)
      return
    }
  }

  #drop(stream: Stream, set: ParkedSet): void {
    if (stream.noTemplate !== undefined && set.waitsFor === 'template') stream.noTemplate.givenUp++
    this.#remove(stream, set)
    this.#dropped++
    stream.parkedDropped++
    stream.session.givenUp(stream.loss, stream.parked.length)
  }

  #remove(stream: Stream, set: ParkedSet): void {
    if (!this.#sets.delete(set)) return
    stream.parked.splice(stream.parked.indexOf(set), 1)
    if (stream.parked.length === 0) stream.noTemplate = undefined
    this.#octets -= set.octets.length
    const left = (this.#octetsOf.get(stream) ?? 0) - set.octets.length
    if (left > 0) this.#octetsOf.set(stream, left)
    else this.#octetsOf.delete(stream)
  }
}
