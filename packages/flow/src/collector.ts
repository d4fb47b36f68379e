/**
 * The collector engine: datagrams in, blocks of flow records, interface counters and events out. It owns no socket and
 * no clock; `now` is milliseconds since 1970. If `now` goes back by up to five seconds, the collector keeps its latest
 * time until `now` catches up. If `now` goes back further, the clock was wrong and has been corrected, so times in the
 * future are set back to `now`. No datagram content makes the collector throw, and nothing grows past `Limits`.
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
   * Receives each full or flushed block, during `receive` or `flush`. The callee then owns the block. Passing it to
   * `recycle` reuses its memory.
   */
  readonly onBlock: (block: FlowBlock) => void
  /**
   * Whether the operator configured the exporter with this address (text). At the limit of exporters, those not
   * configured are forgotten first.
   */
  readonly isConfigured?: (address: string) => boolean
  /** The sampling rate configured for the exporter with this address (text), used where the exporter states none. */
  readonly samplingRateOf?: (address: string) => number | undefined
  /**
   * Whether datagrams from `source` may report for the sFlow agent that they name (both are texts of addresses, and
   * differ). A loopback source always may, as it is a proxy beside the collector. Otherwise the source is the exporter.
   * Called for every such datagram.
   */
  readonly mayReport?: (agent: string, source: string) => boolean
  /**
   * How to treat record times of an exporter whose clock differs from `now` by more than a minute. `set-right` adds the
   * difference where that brings the times nearer to their arrival. Default `as-exported`.
   */
  readonly clocks?: 'set-right' | 'as-exported'
  readonly limits?: Partial<Limits>
  /**
   * What decoders are compiled to. `vector`: WebAssembly for runs with a `memory` and templates that are plain enough,
   * which is several times as fast; blocks then take 17 MiB of separate memory. Default `script`: JavaScript for all.
   */
  readonly decoders?: 'vector' | 'script'
}

/** The source of a datagram. */
export interface DatagramSource {
  /** 16 octets, IPv4 as ::ffff:a.b.c.d. Read only during `receive`. */
  readonly address: Uint8Array
  readonly port: number
}

/** Datagrams of one source, contiguous in memory, as the kernel delivers them in one batch. */
export interface DatagramRun {
  /** The memory that holds the datagrams, and a view of it. */
  readonly octets: Uint8Array
  readonly view: DataView
  /**
   * The same memory if it is a WebAssembly memory shared between threads, with 16 octets to spare after each datagram.
   */
  readonly memory: WebAssembly.Memory | undefined
  /** The datagrams lie from octet `at` up to `end`. */
  readonly at: number
  readonly end: number
  /** Octets of each datagram; the last one may be shorter. */
  readonly each: number
}

/** Totals since the collector was created. */
export interface CollectorTotals {
  readonly datagrams: number
  readonly octets: number
  /** Rows passed to `onBlock`, plus those in the current block. */
  readonly records: number
  readonly optionsRecords: number
  readonly counterSamples: number
  /** sFlow samples of discarded packets. They are skipped, as the packets were not forwarded. */
  readonly discardedSamples: number
  /** Malformed datagrams. The octets before the fault were used. */
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
  /** Decodes one datagram and keeps no reference to it. Never throws because of its content. */
  receive(datagram: Uint8Array, from: DatagramSource, now: number): void
  /** The same for all datagrams of a run, in order. This is the hot path. */
  receiveRun(run: DatagramRun, from: DatagramSource, now: number): void
  /** Passes the rows so far to `onBlock`. Call it when rows should not wait longer, such as once a second. */
  flush(): void
  /** Returns a block that nobody reads any more. */
  recycle(block: FlowBlock): void
  /**
   * Reports losses since the last call, and drops data that waited too long for its template. Call it about once a
   * second.
   */
  tick(now: number): void
  /** All known streams, grouped by exporter, in the order first seen. */
  exporters(): readonly ExporterState[]
  /** Text of the address of exporter `number`, as flow records carry it. */
  addressOf(exporter: number): string | undefined
  /** Interface names announced by the exporter, by SNMP index. */
  interfaceNames(exporter: number): ReadonlyMap<number, string>
  takeEvents(): readonly FlowEvent[]
  takeCounters(): readonly InterfaceCounters[]
  totals(): CollectorTotals
  /** Exporter numbers, templates, sampling rates and interface names as plain data for JSON. */
  snapshot(): CollectorSnapshot
  /**
   * Restores a snapshot into a collector that has received nothing yet.
   * @throws {TypeError} if `snapshot` is not valid; the collector is then unchanged
   */
  restore(snapshot: unknown): void
}
