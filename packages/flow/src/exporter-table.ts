/**
 * Exporters by address and by number, with their streams. Numbers start at 1. Stored rows identify their exporter only
 * by its number, so freed numbers are reused last: after all unused numbers, those freed longest ago first. At the
 * limit of exporters or streams, a sixteenth of the table is removed at once: those silent for longest. A flood of
 * spoofed addresses therefore costs little per datagram and never displaces an exporter that sends all the time.
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

/** Called before an entry is removed. */
export interface Forget {
  readonly stream: (stream: Stream) => void
  readonly exporter: (exporter: Exporter) => void
}

/** Rows hold the exporter number in 16 bits. */
const maxNumber = 0xffff
/** Share of a full table that is removed at once. */
const sweepShare = 1 / 16
/** Exporters per address hash; only forged addresses reach the limit. The one silent for longest is removed. */
const maxBucket = 32

export class ExporterTable {
  readonly #limits: Limits
  readonly #forget: Forget
  readonly #mustStay: (address: string) => boolean
  readonly #byHash = new Map<number, ExporterEntry[]>()
  readonly #byNumber = new Map<number, ExporterEntry>()
  /** Freed numbers below `#next`, those freed longest ago first. */
  readonly #free = new Set<number>()
  #next = 1
  #streams = 0
  #last: ExporterEntry | undefined

  /** Exporters for whose address (text) `mustStay` is true are removed only if no others are left. */
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

  /** Neither this number nor any above it was ever assigned. */
  get nextNumber(): number {
    return this.#next
  }

  /**
   * Restores `nextNumber` from before a restart. Rows of that time may hold the numbers below it, so these are reused
   * last.
   */
  restoreNext(next: number): void {
    for (; this.#next < next; this.#next++) this.#free.add(this.#next)
  }

  /** Entries in the order first seen. */
  entries(): Iterable<ExporterEntry> {
    return this.#byNumber.values()
  }

  byNumber(number: number): ExporterEntry | undefined {
    return this.#byNumber.get(number)
  }

  /** The exporter with the 16-octet address `octets`; created if new. */
  entry(octets: Uint8Array, now: number): ExporterEntry {
    return this.known(octets) ?? (this.#last = this.#add(octets, now))
  }

  /** The exporter with the 16-octet address `octets`, if known. */
  known(octets: Uint8Array): ExporterEntry | undefined {
    const last = this.#last
    if (last && isSame(last.exporter.octets, octets)) return last
    const found = this.#byHash.get(hashOf(octets))?.find(({ exporter }) => isSame(exporter.octets, octets))
    if (found) this.#last = found
    return found
  }

  /**
   * Restores an exporter of a snapshot with its number. Undefined if the number or the address is taken, or the table
   * is full.
   */
  restore(octets: Uint8Array, number: number, now: number): ExporterEntry | undefined {
    if (this.#byNumber.has(number) || number < 1 || this.#byNumber.size >= this.#limits.exporters) return undefined
    if (this.#byHash.get(hashOf(octets))?.some(({ exporter }) => isSame(exporter.octets, octets))) return undefined
    this.restoreNext(number + 1)
    this.#free.delete(number)
    return this.#put(octets, number, now)
  }

  /** The stream with this identity; created if new. */
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

  /** Entries in the order of removal. */
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
