/** The collector: its parts, and the path of a datagram through them. @module */
import { formatAddress } from '@vagus/address'
import { BlockFiller, maxSpare } from './block-filler.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { Collector, CollectorConfig, CollectorTotals, DatagramRun, DatagramSource } from './collector.ts'
import { DataSets } from './data-sets.ts'
import type { Datagram } from './datagram.ts'
import { createFlowBlock, type FlowBlock } from './columns.ts'
import { BlockMemory } from './decode/block-memory.ts'
import { DecoderCache } from './decode/compile.ts'
import type { FlowEvent } from './event.ts'
import type { ExporterState } from './exporter-state.ts'
import { ExporterTable, type Forget } from './exporter-table.ts'
import type { InterfaceCounters } from './interface-counters.ts'
import { InterfaceNames } from './interface-names.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { Malformation } from './malformation.ts'
import { MessageIntake } from './message-intake.ts'
import { Parking } from './parking.ts'
import { Reporter } from './reporter.ts'
import { fillFromEthernet } from './sflow/packet-header.ts'
import { readSnapshot } from './snapshot-form.ts'
import { SteadyRun } from './steady-run.ts'
import { type CollectorSnapshot, restoreSnapshot, snapshotOf, type SnapshotParts } from './snapshot.ts'
import { TemplateStore } from './template-store.ts'

/**
 * If the clock goes back further than this, it was wrong before. Otherwise the collector's time pauses until it catches
 * up.
 */
const maxWaitForClockMs = 5000

/**
 * Creates a collector.
 * @throws {RangeError} if a limit is not a positive integer, or `limits.exporters` is above 65535
 */
export function createCollector(config: CollectorConfig): Collector {
  const limits = { ...defaultLimits, ...config.limits }
  checkLimits(limits)
  return new FlowCollector(config, limits)
}

class FlowCollector implements Collector {
  readonly #limits: Limits
  readonly #samplingRateOf: (address: string) => number | undefined
  readonly #blocks: BlockFiller
  readonly #templates: TemplateStore
  readonly #parking: Parking
  readonly #interfaceNames: InterfaceNames
  readonly #reporter: Reporter
  readonly #counters: BoundedQueue<InterfaceCounters>
  readonly #malformation = new Malformation()
  readonly #table: ExporterTable
  readonly #dataSets: DataSets
  readonly #intake: MessageIntake
  /** The fast path; only with vector decoders. */
  readonly #steady: SteadyRun | undefined
  readonly #received = { datagrams: 0, octets: 0, malformed: 0 }
  readonly #datagram = emptyDatagram()
  /**
   * The latest time. Infinity at first, so that an earlier first `now` also corrects snapshot times of a clock that was
   * ahead.
   */
  #latest = Infinity

  constructor(config: CollectorConfig, limits: Limits) {
    this.#limits = limits
    this.#samplingRateOf = config.samplingRateOf ?? (() => undefined)
    const memory = config.decoders === 'vector' ? new BlockMemory(maxSpare + 1) : undefined
    const decoders = new DecoderCache(limits, memory)
    this.#blocks = new BlockFiller(config.onBlock, () => memory?.createBlock() ?? createFlowBlock())
    this.#templates = new TemplateStore(limits)
    this.#parking = new Parking(limits)
    this.#interfaceNames = new InterfaceNames(limits)
    this.#reporter = new Reporter(limits.events)
    this.#counters = new BoundedQueue<InterfaceCounters>(limits.counters)
    this.#table = new ExporterTable(limits, this.#forget, config.isConfigured)
    const shared = {
      blocks: this.#blocks,
      decoders,
      templates: this.#templates,
      interfaceNames: this.#interfaceNames,
      malformation: this.#malformation,
    }
    this.#dataSets = new DataSets({
      ...shared,
      parking: this.#parking,
      frame: fillFromEthernet,
      samplingRateOf: this.#samplingRateOf,
      clocks: config.clocks ?? 'as-exported',
    })
    this.#intake = new MessageIntake({
      ...shared,
      table: this.#table,
      dataSets: this.#dataSets,
      reporter: this.#reporter,
      counters: this.#counters,
      maxFields: limits.fields,
      mayReport: config.mayReport,
    })
    this.#steady = memory && new SteadyRun({ blocks: this.#blocks, memory, table: this.#table, intake: this.#intake })
  }

  receive(octets: Uint8Array, from: DatagramSource, now: number): void {
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    const { length } = octets
    this.receiveRun({ octets, view, memory: undefined, at: 0, end: length, each: length }, from, now)
  }

  receiveRun(run: DatagramRun, from: DatagramSource, time: number): void {
    const { at, end, each } = run
    const datagram = this.#datagram
    const received = this.#received
    datagram.octets = run.octets
    datagram.view = run.view
    datagram.address = from.address
    datagram.port = from.port
    datagram.now = this.#timeAt(time)
    this.#dataSets.readFrom(run.memory)
    const step = Math.max(1, each)
    let start = at
    do {
      const taken = this.#steady?.take(run, start, from, datagram.now) ?? start
      received.datagrams += Math.ceil((taken - start) / step)
      received.octets += taken - start
      start = taken
      if (start >= end && start > at) return
      datagram.start = start
      datagram.end = Math.min(start + step, end)
      this.#takeIn(from)
      start = datagram.end
    } while (start < end)
  }

  flush(): void {
    this.#blocks.flush()
  }

  recycle(block: FlowBlock): void {
    this.#blocks.recycle(block)
  }

  tick(time: number): void {
    const now = this.#timeAt(time)
    this.#parking.expire(now)
    this.#dataSets.tryAgain(this.#table, now)
    for (const entry of this.#table.entries()) {
      const { exporter, streams } = entry
      for (const stream of streams.all()) stream.session.tick(stream.loss, now)
      // Ask again, as the operator may have configured a rate since.
      const configured = this.#samplingRateOf(exporter.address) ?? 0
      if (configured !== exporter.configuredRate) exporter.optionsVersion++
      exporter.configuredRate = configured
      this.#reporter.check(entry, now)
    }
  }

  exporters(): readonly ExporterState[] {
    return statesOf(this.#table)
  }

  addressOf(exporter: number): string | undefined {
    return this.#table.byNumber(exporter)?.exporter.address
  }

  interfaceNames(exporter: number): ReadonlyMap<number, string> {
    return this.#table.byNumber(exporter)?.exporter.interfaceNames ?? new Map<number, string>()
  }

  takeEvents(): readonly FlowEvent[] {
    return this.#reporter.take()
  }

  takeCounters(): readonly InterfaceCounters[] {
    return this.#counters.take()
  }

  totals(): CollectorTotals {
    return {
      ...this.#received,
      records: this.#blocks.rows,
      optionsRecords: this.#dataSets.optionsRecords,
      counterSamples: this.#intake.samples.counter,
      discardedSamples: this.#intake.samples.discarded,
      parked: this.#parking.sets,
      parkedOctets: this.#parking.octets,
      parkedDropped: this.#parking.dropped,
      templates: this.#templates.size,
      streams: this.#table.streamCount,
      exporters: this.#table.size,
      eventsDropped: this.#reporter.dropped,
      countersDropped: this.#counters.dropped,
    }
  }

  snapshot(): CollectorSnapshot {
    return snapshotOf(this.#snapshotParts)
  }

  restore(snapshot: unknown): void {
    restoreSnapshot(this.#snapshotParts, readSnapshot(snapshot))
  }

  get #snapshotParts(): SnapshotParts {
    return {
      table: this.#table,
      templates: this.#templates,
      interfaceNames: this.#interfaceNames,
      limits: this.#limits,
    }
  }

  get #forget(): Forget {
    return {
      stream: (stream) => {
        this.#parking.clear(stream)
        this.#templates.clear(stream)
      },
      exporter: (exporter) => this.#interfaceNames.forget(exporter),
    }
  }

  /** The collector's time, milliseconds since 1970. It goes back only if the clock was set back. */
  #timeAt(time: number): number {
    const now = Math.floor(time)
    if (now >= this.#latest) this.#latest = now
    else if (this.#latest - now > maxWaitForClockMs) {
      this.#latest = now
      this.#reporter.clockSetBack(now)
      for (const { exporter, streams } of this.#table.entries()) {
        exporter.clockSetBack(now)
        for (const stream of streams.all()) stream.clockSetBack(now)
      }
    }
    return this.#latest
  }

  /** Takes in the current datagram. */
  #takeIn(from: DatagramSource): void {
    const { start, end, now } = this.#datagram
    const malformation = this.#malformation
    this.#received.datagrams++
    this.#received.octets += end - start
    malformation.begin(start)
    const stream = this.#intake.take(this.#datagram)
    const { problem } = malformation
    if (problem === undefined) return
    this.#received.malformed++
    if (!stream) return this.#reporter.notUnderstood(textOf(from), now, problem)
    stream.malformed++
    this.#reporter.malformed(stream, now, problem)
  }
}

function emptyDatagram(): Datagram {
  const octets = new Uint8Array()
  return { octets, view: new DataView(octets.buffer), start: 0, end: 0, address: octets, port: 0, now: 0 }
}

const textOf = ({ address, port }: DatagramSource): { address: string; port: number } => ({
  address: formatAddress(address),
  port,
})

function statesOf(table: ExporterTable): readonly ExporterState[] {
  const states: ExporterState[] = []
  for (const { streams } of table.entries()) for (const stream of streams.all()) states.push(stream.state())
  return states
}

function checkLimits(limits: Limits): void {
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new RangeError(`"limits.${name}" must be an integer of 1 or more, got ${value}`)
  }
  if (limits.exporters > 0xffff) {
    throw new RangeError(`"limits.exporters" must be at most 65535, got ${limits.exporters}`)
  }
}
