/**
 * The fast path for nearly all traffic: IPFIX messages of a known stream that hold only data sets of templates that the
 * stream itself announced. Vector instructions decode them into the current block. All else (a template, a set that
 * runs past its message, a full block, another protocol) is left to `MessageIntake`. Both paths must give the same
 * result.
 * @module
 */
import type { BlockFiller } from './block-filler.ts'
import type { DatagramRun, DatagramSource } from './collector.ts'
import { type FlowBlock, rowsPerBlock } from './columns.ts'
import type { BlockMemory } from './decode/block-memory.ts'
import { maxPadding } from './data-sets.ts'
import type { ExporterEntry, ExporterTable } from './exporter-table.ts'
import { endOf } from './export-clock.ts'
import { ipfixAt, ipfixHeaderOctets as headerOctets } from './message-header.ts'
import type { MessageIntake } from './message-intake.ts'
import type { Stream } from './stream.ts'
import type { SteadyTemplate } from './template.ts'

export interface SteadyRunParts {
  readonly blocks: BlockFiller
  /** The memory of the blocks that vector instructions write. */
  readonly memory: BlockMemory
  readonly table: ExporterTable
  readonly intake: MessageIntake
}

/** Templates per stream on the fast path, which searches them one by one. */
const maxTemplates = 8
const setHeaderOctets = 4
const ipfixVersion = 10

export class SteadyRun {
  readonly #parts: SteadyRunParts
  readonly #units = { records: 0, options: 0, templates: 0, isKnown: true }

  constructor(parts: SteadyRunParts) {
    this.#parts = parts
  }

  /**
   * Takes in datagrams of a run from `start` on. Returns the position of the first one left to `MessageIntake`, or the
   * end of the run.
   */
  take(run: DatagramRun, start: number, from: DatagramSource, now: number): number {
    const entry = run.memory && this.#parts.table.known(from.address)
    if (run.memory === undefined || entry === undefined) return start
    let at = start
    while (at < run.end) {
      const taken = this.#takeStretch(run, run.memory, at, entry, from.port, now)
      if (taken === at) break
      at = taken
    }
    if (at > start) entry.exporter.lastAt = now
    return at
  }

  /** Takes in consecutive messages of one stream. Returns the position of the next message. */
  #takeStretch(
    { view, end, each }: DatagramRun,
    memory: WebAssembly.Memory,
    start: number,
    entry: ExporterEntry,
    port: number,
    now: number,
  ): number {
    if (end - start < headerOctets) return start
    const domain = view.getUint32(start + ipfixAt.domain)
    const stream = entry.streams.get(port, 'ipfix', domain)
    const block = this.#parts.blocks.roomFor(1)
    const place = this.#parts.memory.placeOf(block)
    if (stream === undefined || place === undefined || !isSteady(stream)) return start
    if (stream.steady?.some((one) => one.memory !== memory || one.compiled.decode === undefined)) {
      stream.steady = undefined // a decoder was dropped, or was made for another memory
    }
    const units = this.#units
    const first = block.length
    let datagrams = 0
    let at = start
    while (at < end) {
      const next = Math.min(at + Math.max(1, each), end)
      if (next - at < headerOctets || view.getUint32(at) !== ((ipfixVersion << 16) | (next - at))) break
      if (view.getUint32(at + ipfixAt.domain) !== domain) break
      stream.clock.take(view.getUint32(at + ipfixAt.exportTime) * 1000, now)
      if (stream.clock.isWrong) break
      units.records = this.#decodeSets(view, memory, at, next, stream, block, place, now)
      if (units.records <= 0) break
      block.length += units.records
      const exportMs = view.getUint32(at + ipfixAt.exportTime) * 1000
      stream.flowTimes.take(endOf(block, block.length - 1), exportMs, now)
      datagrams++
      this.#parts.intake.count(stream, view.getUint32(at + ipfixAt.sequence), units, now)
      at = next
      if (stream.isClockWrong) break
    }
    if (datagrams === 0) return start
    stream.lastAt = now
    stream.datagrams += datagrams
    stream.records += block.length - first
    stream.noteRate(stream.baseRate, stream.baseRateFrom)
    stream.missingRateSince = 0
    return at
  }

  /**
   * Decodes the sets of a message into rows after the block's last one, without adding them to the block. Returns the
   * number of rows, or -1 if the message must be left to `MessageIntake`; rows already written are then ignored.
   */
  #decodeSets(
    view: DataView,
    memory: WebAssembly.Memory,
    start: number,
    end: number,
    stream: Stream,
    block: FlowBlock,
    place: number,
    now: number,
  ): number {
    const exportSeconds = view.getUint32(start + ipfixAt.exportTime)
    const { number } = stream.exporter
    let row = block.length
    for (let at = start + headerOctets; at < end;) {
      if (end - at < setHeaderOctets) return -1
      const id = view.getUint16(at)
      const octets = view.getUint16(at + 2)
      if (octets < setHeaderOctets || octets > end - at) return -1
      const one = steadyTemplate(stream, id) ?? learn(stream, id, memory)
      if (one === undefined) return -1
      const { template, compiled, decode } = one
      const records = Math.floor((octets - setHeaderOctets) / template.minLength)
      if (octets - setHeaderOctets - records * template.minLength > maxPadding) return -1
      if (row + records > rowsPerBlock) return -1
      if (records > 0) {
        const data = at + setHeaderOctets
        if (decode(data, records, row, place, number, stream.baseRate, 0, 0, exportSeconds, 0) === 0) return -1
      }
      template.usedAt = compiled.usedAt = now
      row += records
      at += octets
    }
    return row - block.length
  }
}

/** Whether all records of the stream have one known sampling rate, and times that need no correction. */
const isSteady = (stream: Stream): boolean =>
  stream.isResolved && stream.interfaceRates === undefined && stream.resolvedInitTime === 0 && !stream.isClockWrong

function steadyTemplate({ steady }: Stream, id: number): SteadyTemplate | undefined {
  if (steady === undefined) return undefined
  for (let index = 0; index < steady.length; index++) if (steady[index]!.template.id === id) return steady[index]
  return undefined
}

/** Adds a template to the fast path if it has a vector decoder. */
function learn(stream: Stream, id: number, memory: WebAssembly.Memory): SteadyTemplate | undefined {
  const template = stream.templates.get(id)
  const compiled = template?.compiled
  if (template === undefined || template.scopeCount > 0 || compiled?.decode === undefined) return undefined
  const decode = compiled.vectorFor?.(memory)
  stream.steady ??= []
  if (decode === undefined || stream.steady.length >= maxTemplates) return undefined
  const steady = { template, compiled, memory, decode }
  stream.steady.push(steady)
  return steady
}
