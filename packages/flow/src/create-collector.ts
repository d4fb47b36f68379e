/** Makes a collector of its parts. @module */
import { formatAddress } from '@vagus/address'
import { BlockFiller, maxSpare } from './block-filler.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { Collector, CollectorConfig, CollectorTotals, DatagramRun, DatagramSource } from './collector.ts'
import { DataSets } from './data-sets.ts'
import type { Datagram } from './datagram.ts'
import { createFlowBlock } from './columns.ts'
import { BlockMemory } from './decode/block-memory.ts'
import { DecoderCache } from './decode/compile.ts'
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
import { restoreSnapshot, snapshotOf } from './snapshot.ts'
import { TemplateStore } from './template-store.ts'

/** A clock that goes back by more, milliseconds, was wrong before; by less, it is waited for. */
const maxWaitForClockMs = 5000

/** @throws {RangeError} on a limit that is no positive whole number, or on more exporters than 16 bits can number */
export function createCollector(config: CollectorConfig): Collector {
  const limits = { ...defaultLimits, ...config.limits }
  checkLimits(limits)
  const memory = config.decoders === 'vector' ? new BlockMemory(maxSpare + 1) : undefined
  const blocks = new BlockFiller(config.onBlock, () => memory?.createBlock() ?? createFlowBlock())
  const decoders = new DecoderCache(limits, memory)
  const templates = new TemplateStore(limits)
  const parking = new Parking(limits)
  const interfaceNames = new InterfaceNames(limits)
  const reporter = new Reporter(limits.events)
  const counters = new BoundedQueue<InterfaceCounters>(limits.counters)
  const malformation = new Malformation()
  const forget: Forget = {
    stream(stream) {
      parking.clear(stream)
      templates.clear(stream)
    },
    exporter: (exporter) => interfaceNames.forget(exporter),
  }
  const table = new ExporterTable(limits, forget, config.isConfigured)
  const samplingRateOf = config.samplingRateOf ?? (() => undefined)
  const dataSets = new DataSets({
    blocks,
    decoders,
    templates,
    parking,
    interfaceNames,
    malformation,
    frame: fillFromEthernet,
    samplingRateOf,
    clocks: config.clocks ?? 'as-exported',
  })
  const { fields: maxFields } = limits
  const intake = new MessageIntake({
    blocks,
    decoders,
    templates,
    interfaceNames,
    malformation,
    table,
    dataSets,
    reporter,
    counters,
    maxFields,
    mayReport: config.mayReport,
  })
  const steady = memory && new SteadyRun({ blocks, memory, table, intake })
  const snapshotParts = { table, templates, interfaceNames, limits }
  const received = { datagrams: 0, octets: 0, malformed: 0 }
  const datagram = emptyDatagram()
  /** Before the first time given: what a snapshot says may be of a clock that was ahead, too. */
  let latest = Infinity

  /** The time that all goes by: it goes back only where the clock was set back. */
  const timeAt = (time: number): number => {
    const now = Math.floor(time)
    if (now >= latest) latest = now
    else if (latest - now > maxWaitForClockMs) {
      latest = now
      reporter.clockSetBack(now)
      for (const { exporter, streams } of table.entries()) {
        exporter.clockSetBack(now)
        for (const stream of streams.all()) stream.clockSetBack(now)
      }
    }
    return latest
  }
  const takeIn = (from: DatagramSource): void => {
    const { start, end, now } = datagram
    received.datagrams++
    received.octets += end - start
    malformation.begin(start)
    const stream = intake.take(datagram)
    const { problem } = malformation
    if (problem === undefined) return
    received.malformed++
    if (!stream) return reporter.notUnderstood(textOf(from), now, problem)
    stream.malformed++
    reporter.malformed(stream, now, problem)
  }
  const receiveRun = (run: DatagramRun, from: DatagramSource, time: number): void => {
    const { at, end, each } = run
    datagram.octets = run.octets
    datagram.view = run.view
    datagram.address = from.address
    datagram.port = from.port
    datagram.now = timeAt(time)
    dataSets.readFrom(run.memory)
    const step = Math.max(1, each)
    let start = at
    do {
      const taken = steady?.take(run, start, from, datagram.now) ?? start
      received.datagrams += Math.ceil((taken - start) / step)
      received.octets += taken - start
      start = taken
      if (start >= end && start > at) return
      datagram.start = start
      datagram.end = Math.min(start + step, end)
      takeIn(from)
      start = datagram.end
    } while (start < end)
  }

  return {
    receive(octets, from, now) {
      const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
      const { length } = octets
      receiveRun({ octets, view, memory: undefined, at: 0, end: length, each: length }, from, now)
    },
    receiveRun,
    flush: () => blocks.flush(),
    recycle: (block) => blocks.recycle(block),
    tick(time) {
      const now = timeAt(time)
      parking.expire(now)
      dataSets.tryAgain(table, now)
      for (const entry of table.entries()) {
        const { exporter, streams } = entry
        for (const stream of streams.all()) stream.session.tick(stream.loss, now)
        // The operator may have configured a rate since: it is asked for again.
        const configured = samplingRateOf(exporter.address) ?? 0
        if (configured !== exporter.configuredRate) exporter.optionsVersion++
        exporter.configuredRate = configured
        reporter.check(entry, now)
      }
    },
    exporters: () => statesOf(table),
    addressOf: (number) => table.byNumber(number)?.exporter.address,
    interfaceNames: (number) => table.byNumber(number)?.exporter.interfaceNames ?? new Map<number, string>(),
    takeEvents: () => reporter.take(),
    takeCounters: () => counters.take(),
    totals: (): CollectorTotals => ({
      ...received,
      records: blocks.rows,
      optionsRecords: dataSets.optionsRecords,
      counterSamples: intake.samples.counter,
      discardedSamples: intake.samples.discarded,
      parked: parking.sets,
      parkedOctets: parking.octets,
      parkedDropped: parking.dropped,
      templates: templates.size,
      streams: table.streamCount,
      exporters: table.size,
      eventsDropped: reporter.dropped,
      countersDropped: counters.dropped,
    }),
    snapshot: () => snapshotOf(snapshotParts),
    restore: (snapshot) => restoreSnapshot(snapshotParts, readSnapshot(snapshot)),
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
    throw new RangeError(`"limits.${name}" must be a whole number from 1 on, got ${value}`)
  }
  if (limits.exporters > 0xffff) {
    throw new RangeError(`"limits.exporters" must be at most 65535, got ${limits.exporters}`)
  }
}
