/**
 * The collector engine: datagrams in, blocks of flow records, interface counters and events out. It owns no socket and
 * no clock; `now` is milliseconds since 1970. If it goes back by up to five seconds, the collector waits until it has
 * caught up; if by more, the clock was wrong before and is right now, so state that lies in the future is dropped.
 * Nothing that a datagram holds makes it throw, and nothing grows past `Limits`.
 * @module
 */
import type { FlowBlock } from './columns.ts'
import type { FlowEvent } from './event.ts'
import type { ExporterState } from './exporter-state.ts'
import type { InterfaceCounters } from './interface-counters.ts'
import type { Limits } from './limits.ts'
import type { CollectorSnapshot } from './snapshot.ts'

export interface CollectorConfig {
  /**
   * Takes each full or flushed block, during `receive` or `flush`. The block is the callee's from then on; given to
   * `recycle` it is used again, which saves the memory of a new one.
   */
  readonly onBlock: (block: FlowBlock) => void
  /**
   * Whether the operator configured an exporter (text of its address): at the limit of exporters the others are
   * forgotten before it.
   */
  readonly isConfigured?: (address: string) => boolean
  /** The rate that the operator configured for an exporter (text of its address), where it states none itself. */
  readonly samplingRateOf?: (address: string) => number | undefined
  /**
   * Whether datagrams from `source` may report for the sFlow agent whose address they name (texts of both, which
   * differ); a loopback source always may, as it is a proxy beside the collector. Where they may not, the source is the
   * exporter. Asked for every such datagram.
   */
  readonly mayReport?: (agent: string, source: string) => boolean
  /**
   * What becomes of the times of records whose exporter's clock differs from `now` by more than a minute: `set-right`
   * adds the difference where that takes them nearer to when they came. Default `as-exported`.
   */
  readonly clocks?: 'set-right' | 'as-exported'
  readonly limits?: Partial<Limits>
  /**
   * What decoders are compiled to. `vector`: WebAssembly for runs with a `memory`, where a template is plain enough for
   * it, which is several times as fast; blocks then stand in 17 MiB of their own. Default `script`: JavaScript for all.
   */
  readonly decoders?: 'vector' | 'script'
}

/** Where a datagram came from. */
export interface DatagramSource {
  /** 16 octets, IPv4 as ::ffff:a.b.c.d; read during `receive` only. */
  readonly address: Uint8Array
  readonly port: number
}

/** Datagrams of one source, one behind the other in memory, as the kernel hands over what it took in at once. */
export interface DatagramRun {
  /** The memory, and a view of the same. */
  readonly octets: Uint8Array
  readonly view: DataView
  /**
   * The same once more, when it is WebAssembly's and shared between threads, with 16 octets more behind each datagram.
   */
  readonly memory: WebAssembly.Memory | undefined
  /** The datagrams stand from `at` up to `end`. */
  readonly at: number
  readonly end: number
  /** Octets of each of them; the last may have fewer. */
  readonly each: number
}

/** Since the collector was made. */
export interface CollectorTotals {
  readonly datagrams: number
  readonly octets: number
  /** Rows given out. */
  readonly records: number
  readonly optionsRecords: number
  readonly counterSamples: number
  /** sFlow samples of discarded packets: read over, as their packets went nowhere. */
  readonly discardedSamples: number
  /** Datagrams that were wrong at some octet; what stood before it was used. */
  readonly malformed: number
  readonly parked: number
  readonly parkedOctets: number
  readonly parkedDropped: number
  readonly templates: number
  readonly streams: number
  readonly exporters: number
  readonly eventsDropped: number
  readonly countersDropped: number
}

export interface Collector {
  /** Decodes one datagram, which it does not keep. Never throws on what the datagram holds. */
  receive(datagram: Uint8Array, from: DatagramSource, now: number): void
  /** The same for all datagrams of a run, in their order: what the hot path calls. */
  receiveRun(run: DatagramRun, from: DatagramSource, now: number): void
  /** Hands the rows so far to `onBlock`. Call it when rows should not wait longer, such as once a second. */
  flush(): void
  /** Gives back a block that nobody reads any more. */
  recycle(block: FlowBlock): void
  /**
   * Reports losses since the last call, and forgets data that waited too long for its template. About once a second.
   */
  tick(now: number): void
  /** Every stream that is known, in the order first seen. */
  exporters(): readonly ExporterState[]
  /** Text of the address of exporter `number`, as flow records carry it. */
  addressOf(exporter: number): string | undefined
  /** Interface names that the exporter announced, by SNMP index. */
  interfaceNames(exporter: number): ReadonlyMap<number, string>
  takeEvents(): readonly FlowEvent[]
  takeCounters(): readonly InterfaceCounters[]
  totals(): CollectorTotals
  /** Exporter numbers, templates, sampling and interface names as plain data for JSON. */
  snapshot(): CollectorSnapshot
  /**
   * Takes a snapshot into a collector that received nothing yet. @throws {TypeError} on what is none; nothing changed
   * then
   */
  restore(snapshot: unknown): void
}
