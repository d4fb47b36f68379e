/**
 * Data sets that came before their template, or whose decoder may not be made yet: kept, bounded in number, octets and
 * time, and decoded when it comes. With
 * datagrams reordered, a collector restarted or a template datagram lost, that is up to half an hour of an exporter.
 * @module
 */
import type { Limits } from './limits.ts'
import type { ParkedSet } from './parked-set.ts'
import type { Stream } from './stream.ts'

export class Parking {
  readonly #limits: Limits
  /** In the order parked: oldest first, but for those parked anew. */
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

  /** Keeps the set. At a limit the oldest set is dropped: the stream's own first, then anyone's. */
  park(stream: Stream, set: ParkedSet): void {
    const { parkedPerStream, parkedOctetsPerStream, parked, parkedOctets } = this.#limits
    const size = set.octets.length
    if (size > parkedOctetsPerStream || size > parkedOctets) {
      this.#dropped++
      stream.parkedDropped++
      stream.session.givenUp(stream.loss, stream.parked.length)
      return
    }
    while (
      stream.parked.length > 0 &&
      (stream.parked.length >= parkedPerStream || (this.#octetsOf.get(stream) ?? 0) + size > parkedOctetsPerStream)
    ) {
      this.#drop(stream, stream.parked[0]!)
    }
    while (this.#sets.size > 0 && (this.#sets.size >= parked || this.#octets + size > parkedOctets)) this.#dropOldest()
    this.#sets.set(set, stream)
    stream.parked.push(set)
    this.#octets += size
    this.#octetsOf.set(stream, (this.#octetsOf.get(stream) ?? 0) + size)
    stream.session.waiting(stream.loss, stream.parked.length)
  }

  /** Takes out what waits for `setId`, oldest first. */
  take(stream: Stream, setId: number): readonly ParkedSet[] {
    if (stream.parked.length === 0) return []
    const taken = stream.parked.filter((set) => set.setId === setId)
    for (const set of taken) this.#remove(stream, set)
    return taken
  }

  /** Streams and sets that wait for the decoder of their template, oldest first. */
  waitingForDecoder(): readonly (readonly [ParkedSet, Stream])[] {
    return [...this.#sets].filter(([{ waitsFor }]) => waitsFor === 'decoder')
  }

  /** Forgets all that a stream has here. */
  clear(stream: Stream): void {
    while (stream.parked.length > 0) this.#drop(stream, stream.parked[0]!)
  }

  /** Drops what waited too long. */
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
    this.#remove(stream, set)
    this.#dropped++
    stream.parkedDropped++
    stream.session.givenUp(stream.loss, stream.parked.length)
  }

  #remove(stream: Stream, set: ParkedSet): void {
    if (!this.#sets.delete(set)) return
    stream.parked.splice(stream.parked.indexOf(set), 1)
    this.#octets -= set.octets.length
    const left = (this.#octetsOf.get(stream) ?? 0) - set.octets.length
    if (left > 0) this.#octetsOf.set(stream, left)
    else this.#octetsOf.delete(stream)
  }
}
