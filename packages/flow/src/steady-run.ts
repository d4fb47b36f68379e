/**
 * The short way for what a collector receives nearly all the time: IPFIX messages of a stream that is known, whose sets
 * are all data of templates that it announced, decoded by vector instructions into the block at hand. What is anything
 * else (a template, a set that runs over, a full block, another protocol) is left alone and goes the way of
 * `MessageIntake`, which says what must come out here, too.
 * @module
 */
import type { BlockFiller } from './block-filler.ts'
import type { DatagramRun, DatagramSource } from './collector.ts'
import { type FlowBlock, rowsPerBlock } from './columns.ts'
import type { BlockMemory } from './decode/block-memory.ts'
import type { ExporterEntry, ExporterTable } from './exporter-table.ts'
import { ipfixHeader, readIpfixHeader } from './message-header.ts'
import type { MessageIntake } from './message-intake.ts'
import type { Stream } from './stream.ts'
import type { SteadyTemplate } from './template.ts'

export interface SteadyRunParts {
  readonly blocks: BlockFiller
  /** Where blocks stand that vector instructions write. */
  readonly memory: BlockMemory
  readonly table: ExporterTable
  readonly intake: MessageIntake
}

/** Templates of a stream that are looked for one by one; data of others goes the longer way. */
const maxTemplates = 8
const setHeaderOctets = 4

export class SteadyRun {
  readonly #parts: SteadyRunParts
  readonly #header = ipfixHeader()
  readonly #units = { records: 0, options: 0, templates: 0, isKnown: true }

  constructor(parts: SteadyRunParts) {
    this.#parts = parts
  }

  /** Takes datagrams of a run from `start` on. Where the first one stands that it leaves alone, or the end of the run. */
  take(run: DatagramRun, start: number, from: DatagramSource, now: number): number {
    const { memory, view, end } = run
    const entry = memory && this.#parts.table.known(from.address)
    if (memory === undefined || entry === undefined) return start
    const step = Math.max(1, run.each)
    let at = start
    while (at < end) {
      const next = Math.min(at + step, end)
      if (!this.#takeOne(view, memory, at, next, entry, from.port, now)) break
      at = next
    }
    if (at > start) entry.exporter.lastAt = now
    return at
  }

  #takeOne(
    view: DataView,
    memory: WebAssembly.Memory,
    start: number,
    end: number,
    entry: ExporterEntry,
    port: number,
    now: number,
  ): boolean {
    const header = this.#header
    if (end - start < header.octets || view.getUint16(start) !== 10) return false
    readIpfixHeader(header, view, start)
    if (header.length !== end - start) return false
    const stream = entry.streams.get(port, 'ipfix', header.domain)
    if (stream === undefined || !isSteady(stream)) return false
    const records = this.#recordsOf(view, memory, start + header.octets, end, stream)
    const block = this.#parts.blocks.roomFor(1)
    if (records <= 0 || block.length + records > rowsPerBlock) return false
    const place = this.#parts.memory.placeOf(block)
    if (place === undefined) return false
    this.#decode(view, start + header.octets, end, stream, block, place, now)
    stream.lastAt = now
    stream.datagrams++
    stream.records += records
    this.#units.records = records
    stream.noteRate(stream.baseRate, stream.baseRateFrom)
    stream.missingRateSince = 0
    this.#parts.intake.account(stream, header, this.#units, now)
    return true
  }

  /** Records of a message whose sets stand from `at` up to `end`; -1 when they are not for here. */
  #recordsOf(view: DataView, memory: WebAssembly.Memory, at: number, end: number, stream: Stream): number {
    let records = 0
    while (at < end) {
      if (end - at < setHeaderOctets) return -1
      const octets = view.getUint16(at + 2)
      if (octets < setHeaderOctets || octets > end - at) return -1
      const one = steadyTemplate(stream, view.getUint16(at)) ?? learn(stream, view.getUint16(at), memory)
      if (one === undefined) return -1
      if (one.memory !== memory || one.compiled.decode === undefined) {
        stream.steady = undefined // the decoder was given up, or is for datagrams elsewhere
        return -1
      }
      records += Math.floor((octets - setHeaderOctets) / one.template.minLength)
      at += octets
    }
    return records
  }

  #decode(view: DataView, at: number, end: number, stream: Stream, block: FlowBlock, place: number, now: number): void {
    const { number } = stream.exporter
    const { exportMs } = this.#header
    while (at < end) {
      const octets = view.getUint16(at + 2)
      const { template, compiled, decode } = steadyTemplate(stream, view.getUint16(at))!
      const records = Math.floor((octets - setHeaderOctets) / template.minLength)
      if (records > 0) {
        decode(at + setHeaderOctets, records, block.length, place, number, stream.baseRate, 0, 0, exportMs)
        block.length += records
      }
      template.usedAt = compiled.usedAt = now
      at += octets
    }
  }
}

/** Whether records that say nothing of it have the rate and the times that options data told before. */
const isSteady = (stream: Stream): boolean => stream.isResolved && stream.resolvedInitTime === 0

function steadyTemplate({ steady }: Stream, id: number): SteadyTemplate | undefined {
  if (steady === undefined) return undefined
  for (let index = 0; index < steady.length; index++) if (steady[index]!.template.id === id) return steady[index]
  return undefined
}

/** Takes a template in, if its decoder is made of vector instructions. */
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
