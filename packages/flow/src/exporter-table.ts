/**
 * Exporters by address and by number, with their streams. Numbers run from 1. Stored rows know their exporter by its
 * number alone, so freed numbers are reused last: after every unused number, oldest first. At the limit of exporters or
 * streams the ones silent for longest are forgotten, a sixteenth of them at once, so that a flood of invented addresses
 * costs little per datagram and never displaces an exporter that sends all the time.
 * @module
 */
import { Exporter } from './exporter.ts'
import type { Limits } from './limits.ts'
import { Stream, type StreamIdentity } from './stream.ts'
import { StreamIndex } from './stream-index.ts'

export interface ExporterEntry {
  readonly exporter: Exporter
  readonly streams: StreamIndex
}

/** Called before something is forgotten. */
export interface Forget {
  readonly stream: (stream: Stream) => void
  readonly exporter: (exporter: Exporter) => void
}

/** Rows carry it in 16 bits. */
const maxNumber = 0xffff
/** Part of a full table that is given up at once. */
const sweepShare = 1 / 16
/** Exporters whose addresses have one hash: only a forger's have more. The one silent for longest is forgotten. */
const maxBucket = 32

export class ExporterTable {
  readonly #limits: Limits
  readonly #forget: Forget
  readonly #mustStay: (address: string) => boolean
  readonly #byHash = new Map<number, ExporterEntry[]>()
  readonly #byNumber = new Map<number, ExporterEntry>()
  /** Numbers given up, below `#next`; the one given up longest ago first. */
  readonly #free = new Set<number>()
  #next = 1
  #streams = 0
  #last: ExporterEntry | undefined

  /** Exporters (by the text of their address) for which `mustStay` are forgotten only where there are no others. */
  constructor(limits: Limits, forget: Forget, mustStay: (address: string) => boolean = () => false) {
    this.#limits = limits
    this.#mustStay = mustStay
    this.#forget = forget
  }

  get size(): number {
    return this.#byNumber.size
  }

  get streamCount(): number {
    return this.#streams
  }

  /** No number from here on was ever given. */
  get nextNumber(): number {
    return this.#next
  }

  /** The same of the collector's last life: below are numbers that rows of then may have. */
  restoreNext(next: number): void {
    for (; this.#next < next; this.#next++) this.#free.add(this.#next)
  }

  /** In the order of first seen. */
  entries(): Iterable<ExporterEntry> {
    return this.#byNumber.values()
  }

  byNumber(number: number): ExporterEntry | undefined {
    return this.#byNumber.get(number)
  }

  /** The exporter with the address of 16 `octets`; made when new. */
  entry(octets: Uint8Array, now: number): ExporterEntry {
    return this.known(octets) ?? (this.#last = this.#add(octets, now))
  }

  /** The same when there is one. */
  known(octets: Uint8Array): ExporterEntry | undefined {
    const last = this.#last
    if (last && isSame(last.exporter.octets, octets)) return last
    const found = this.#byHash.get(hashOf(octets))?.find(({ exporter }) => isSame(exporter.octets, octets))
    if (found) this.#last = found
    return found
  }

  /** The exporter of a snapshot, with the number that it had. Undefined when number or address are taken. */
  restore(octets: Uint8Array, number: number, now: number): ExporterEntry | undefined {
    if (this.#byNumber.has(number) || number < 1 || this.#byNumber.size >= this.#limits.exporters) return undefined
    if (this.#byHash.get(hashOf(octets))?.some(({ exporter }) => isSame(exporter.octets, octets))) return undefined
    this.restoreNext(number + 1)
    this.#free.delete(number)
    return this.#put(octets, number, now)
  }

  /** The stream, and whether it is new. */
  stream(entry: ExporterEntry, identity: StreamIdentity, now: number): Stream {
    const { streams } = entry
    const found = streams.get(identity.port, identity.protocol, identity.domain)
    if (found) return found
    if (this.#streams >= this.#limits.streams) this.#sweepStreams()
    const stream = new Stream(entry.exporter, identity, streams.lossSession(identity), this.#limits, now)
    streams.add(stream)
    this.#streams++
    return stream
  }

  #add(octets: Uint8Array, now: number): ExporterEntry {
    if (this.#byNumber.size >= this.#limits.exporters) this.#sweepExporters()
    return this.#put(octets, this.#takeNumber(), now)
  }

  #takeNumber(): number {
    if (this.#next <= maxNumber) return this.#next++
    for (const number of this.#free) {
      this.#free.delete(number)
      return number
    }
    throw new Error('unreachable: more exporters than numbers')
  }

  #put(octets: Uint8Array, number: number, now: number): ExporterEntry {
    const entry = { exporter: new Exporter(number, octets, now), streams: new StreamIndex(this.#limits) }
    const hash = hashOf(octets)
    const bucket = this.#byHash.get(hash) ?? []
    if (bucket.length >= maxBucket) this.#removeExporter(this.#silentFirst(bucket)[0]!)
    bucket.push(entry)
    this.#byHash.set(hash, bucket)
    this.#byNumber.set(number, entry)
    return entry
  }

  #sweepStreams(): void {
    const all = [...this.#byNumber.values()].flatMap((entry) =>
      [...entry.streams.all()].map((stream) => ({ entry, stream })),
    )
    all.sort((a, b) => a.stream.lastAt - b.stream.lastAt)
    for (const { entry, stream } of all.slice(0, Math.max(1, all.length * sweepShare)))
      this.#removeStream(entry, stream)
  }

  #sweepExporters(): void {
    const all = this.#silentFirst([...this.#byNumber.values()])
    for (const entry of all.slice(0, Math.max(1, all.length * sweepShare))) this.#removeExporter(entry)
  }

  #removeExporter(entry: ExporterEntry): void {
    for (const stream of entry.streams.all()) this.#removeStream(entry, stream)
    this.#forget.exporter(entry.exporter)
    const { number, octets } = entry.exporter
    const hash = hashOf(octets)
    const bucket = this.#byHash.get(hash) ?? []
    bucket.splice(bucket.indexOf(entry), 1)
    if (bucket.length === 0) this.#byHash.delete(hash)
    this.#byNumber.delete(number)
    this.#free.add(number)
    if (this.#last === entry) this.#last = undefined
  }

  /** In the order in which they are forgotten. */
  #silentFirst(entries: readonly ExporterEntry[]): readonly ExporterEntry[] {
    const staying = new Set(entries.filter(({ exporter }) => this.#mustStay(exporter.address)))
    const stays = (entry: ExporterEntry): number => Number(staying.has(entry))
    return [...entries].sort((a, b) => stays(a) - stays(b) || a.exporter.lastAt - b.exporter.lastAt)
  }

  #removeStream(entry: ExporterEntry, stream: Stream): void {
    this.#forget.stream(stream)
    entry.streams.remove(stream)
    this.#streams--
  }
}

/** FNV-1a over the octets. */
function hashOf(octets: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < 16; index++) hash = Math.imul(hash ^ octets[index]!, 0x01000193)
  return hash
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 15; index >= 0; index--) if (a[index] !== b[index]) return false
  return true
}
