/**
 * Decodes data sets: finds the template, runs its decoder into blocks, parks sets without a template, and reads options
 * data.
 * @module
 */
import type { BlockFiller } from './block-filler.ts'
import type { CollectorConfig } from './collector.ts'
import { rowsPerBlock } from './columns.ts'
import type { DecoderCache, ReadyDecoder } from './decode/compile.ts'
import type { DecodeContext } from './decode/context.ts'
import { endOf, shiftTimes } from './export-clock.ts'
import type { SamplingSource } from './exporter-state.ts'
import type { ExporterEntry, ExporterTable } from './exporter-table.ts'
import type { InterfaceNames } from './interface-names.ts'
import type { Malformation } from './malformation.ts'
import { optionsFieldsOf, readOptionsRecord } from './options-record.ts'
import type { MessageTimes, ParkedSet } from './parked-set.ts'
import type { Parking } from './parking.ts'
import { baseRateOf, initTimeOf, interfaceRatesOf, samplerRateOf } from './rate-resolution.ts'
import type { Stream } from './stream.ts'
import { decoderOf, type Template } from './template.ts'
import type { TemplateStore } from './template-store.ts'

/**
 * The message being decoded. One object is reused for all messages. The counts and `isKnown` are for the loss
 * accountant.
 */
export interface Message {
  entry: ExporterEntry
  stream: Stream
  times: MessageTimes
  now: number
  /** When the data arrived: `now`, except for parked data. */
  cameAt: number
  records: number
  options: number
  templates: number
  isKnown: boolean
  /** When the last flow of it ended, as it says itself, milliseconds since 1970; `NaN` without one. */
  endMs: number
}

export interface DataSetParts {
  readonly blocks: BlockFiller
  readonly decoders: DecoderCache
  readonly templates: TemplateStore
  readonly parking: Parking
  readonly interfaceNames: InterfaceNames
  readonly malformation: Malformation
  readonly frame: DecodeContext['frame']
  readonly samplingRateOf: (address: string) => number | undefined
  readonly clocks: NonNullable<CollectorConfig['clocks']>
}

/** Padding octets after the last record of a set (RFC 7011 §3.3.1). */
export const maxPadding = 3
/** Options records per set; further ones count as malformed. A datagram full of interface names has about 2000. */
const maxOptionsRecords = 4096

export class DataSets {
  readonly #parts: DataSetParts
  readonly #context: DecodeContext
  /** The stream being decoded, and the results of `rateOf` and `rateAt` for its records. */
  #entry: ExporterEntry | undefined
  #stream: Stream | undefined
  #sampler = -1
  #samplerRate = 0
  #isSamplerKnown = false
  /** The rate of the last record by its interfaces; 0 if they have none. */
  #interfaceRate = 0
  #missedSampler = false
  optionsRecords = 0

  constructor(parts: DataSetParts) {
    this.#parts = parts
    this.#context = {
      exporter: 0,
      exportMs: 0,
      uptimeMs: -1,
      memory: undefined,
      rate: 0,
      rateOf: (sampler, otherwise) => this.#rateOf(sampler, otherwise),
      isByInterface: false,
      rateAt: (inIf, outIf, direction) => this.#rateAt(inIf, outIf, direction),
      statedRate: 0,
      frame: parts.frame,
      at: 0,
      records: 0,
      brokenAt: -1,
    }
  }

  /** Sets the memory of the sets that follow: shared between threads, or `undefined` for any other. */
  readFrom(memory: WebAssembly.Memory | undefined): void {
    this.#context.memory = memory
  }

  /** Decodes or parks the set `id`, whose records lie from `at` up to `end`. */
  take(message: Message, id: number, view: DataView, at: number, end: number): void {
    const { entry, stream, now } = message
    const template = this.#parts.templates.find(entry, stream, id)
    if (!template || !fits(stream, template, view, at, end)) {
      if (end > at) this.#park(message, id, 'template', view, at, end)
      return
    }
    template.usedAt = now
    template.isUsed = true
    if (template.scopeCount > 0) this.#takeOptions(message, template, view, at, end)
    else this.#takeRecords(message, template, view, at, end)
  }

  #park(
    message: Message,
    setId: number,
    waitsFor: ParkedSet['waitsFor'],
    view: DataView,
    at: number,
    end: number,
  ): void {
    const { stream, times, cameAt: parkedAt } = message
    message.isKnown = false
    const octets = new Uint8Array(view.buffer, view.byteOffset + at, end - at).slice()
    const { exportMs, uptimeMs } = times // copied, as the header object is reused for the next message
    this.#parts.parking.park(stream, { setId, waitsFor, octets, times: { exportMs, uptimeMs }, parkedAt })
  }

  /** Decodes parked sets whose decoder may now be compiled. */
  tryAgain(table: ExporterTable, now: number): void {
    const { parking, decoders } = this.#parts
    for (const [set, stream] of parking.waitingForDecoder()) {
      const entry = table.byNumber(stream.exporter.number)
      // All sets of one template are decoded together, so a later one may already be done.
      if (!entry || !stream.parked.includes(set) || !decoders.mayCompile(stream.exporter.number, now)) continue
      const { times, setId } = set
      const message = {
        entry,
        stream,
        times,
        now,
        cameAt: now,
        records: 0,
        options: 0,
        templates: 0,
        isKnown: true,
        endMs: NaN,
      }
      this.#unparkOf(message, setId)
    }
  }

  /** Decodes the sets parked for template `id` by this stream, and by siblings that it serves. */
  unpark(message: Message, id: number): void {
    this.#unparkOf(message, id)
    for (const sibling of message.entry.streams.siblingsOf(message.stream)) {
      const waits = !sibling.announcesTemplates && sibling.parked.length > 0
      if (waits && sibling.isServedBy(message.stream)) this.#unparkOf({ ...message, stream: sibling }, id)
    }
  }

  #unparkOf(message: Message, id: number): void {
    const { stream } = message
    const waiting = this.#parts.parking.take(stream, id)
    if (waiting.length === 0) return
    for (const { octets, times, parkedAt: cameAt } of waiting) {
      const late: Message = { ...message, times, cameAt, records: 0, options: 0, templates: 0, isKnown: true }
      const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
      this.#elsewhere(() => this.take(late, id, view, 0, octets.length))
      if (late.isKnown) stream.session.resolve(stream.loss, late)
    }
    stream.session.decoded(stream.loss, stream.parked.length)
  }

  /** Runs `work` on octets outside the memory of the current datagram. */
  #elsewhere(work: () => void): void {
    const { memory } = this.#context
    this.#context.memory = undefined
    this.#parts.malformation.elsewhere(work)
    this.#context.memory = memory
  }

  #takeRecords(message: Message, template: Template, view: DataView, at: number, end: number): void {
    if (template.minLength === 0) {
      this.#parts.malformation.note(at, `data of template ${template.id}, whose records have no octets`)
      return
    }
    if (end - at < template.minLength) return // only padding: needs no decoder
    const decoder = decoderOf(template, this.#parts.decoders, message.stream.exporter.number, message.now)
    if (decoder === undefined) {
      this.#park(message, template.id, 'decoder', view, at, end)
      return
    }
    this.#prepare(message, 0)
    const { stream, entry } = message
    const deliveredBefore = stream.hasDelivered
    message.records += this.#run(message, decoder, view, at, end)
    this.#noteRate(stream, message.now)
    if (!deliveredBefore) entry.exporter.optionsVersion++ // from now on, its options data applies to its own port only
  }

  /** Decodes records of a fixed layout (NetFlow v5). `headerRate` is 0 if the header states none. */
  takeFixed(message: Message, decoder: ReadyDecoder, view: DataView, span: Span): void {
    this.#prepare(message, span.headerRate)
    message.records += this.#run(message, decoder, view, span.at, span.end)
    this.#noteRate(message.stream, message.now)
  }

  #run(message: Message, decoder: ReadyDecoder, view: DataView, from: number, end: number): number {
    const context = this.#context
    const { stream, cameAt } = message
    const shift = this.#parts.clocks === 'set-right' && stream.isClockWrong ? stream.clocks.behind : 0
    const limit = rowsPerBlock - decoder.rowsPerRecord + 1
    let at = from
    let records = 0
    for (;;) {
      const block = this.#parts.blocks.roomFor(decoder.rowsPerRecord)
      const before = block.length
      block.length = decoder.decode(view, at, end, block, before, limit, context)
      if (block.length > before) message.endMs = endOf(block, block.length - 1)
      if (shift !== 0) shiftTimes(block, before, shift, cameAt)
      stream.records += block.length - before
      records += context.records
      at = context.at
      if (context.brokenAt >= 0) {
        const { malformation } = this.#parts
        malformation.note(
          context.brokenAt,
          `a field runs past its set, which ends at octet ${malformation.octetOf(end)}`,
        )
        return records
      }
      if (block.length < limit) return records
    }
  }

  #prepare({ entry, stream, times }: Message, headerRate: number): void {
    const context = this.#context
    context.exporter = entry.exporter.number
    context.exportMs = times.exportMs
    context.statedRate = 0
    if (!stream.isResolved || headerRate !== stream.headerRate) {
      this.#resolve(entry, stream, headerRate)
    }
    context.uptimeMs = times.uptimeMs
    if (times.uptimeMs < 0 && stream.resolvedInitTime > 0 && stream.resolvedInitTime <= times.exportMs) {
      context.uptimeMs = (times.exportMs - stream.resolvedInitTime) % 0x1_0000_0000
    }
    context.rate = stream.baseRate
    context.isByInterface = stream.interfaceRates !== undefined
    this.#interfaceRate = 0
    this.#entry = entry
    this.#stream = stream
    this.#sampler = -1
    this.#isSamplerKnown = false
    this.#missedSampler = false
  }

  #resolve(entry: ExporterEntry, stream: Stream, headerRate: number): void {
    const configured = this.#parts.samplingRateOf(entry.exporter.address)
    const { rate, from } = baseRateOf(entry, stream, headerRate, configured)
    stream.baseRate = rate
    stream.baseRateFrom = from
    stream.headerRate = headerRate
    stream.interfaceRates = interfaceRatesOf(entry, stream)
    stream.resolvedInitTime = initTimeOf(entry, stream)
    stream.resolvedVersion = entry.exporter.optionsVersion
  }

  #rateOf(sampler: number, otherwise: number): number {
    if (sampler === this.#sampler) return this.#isSamplerKnown ? this.#samplerRate : otherwise
    const rate = this.#entry && this.#stream ? samplerRateOf(this.#entry, this.#stream, sampler) : 0
    // Exporters use sampler 0 for unsampled records.
    if (rate === 0 && sampler !== 0 && otherwise === 0) this.#missedSampler = true
    this.#sampler = sampler
    this.#isSamplerKnown = rate > 0
    this.#samplerRate = rate
    return rate > 0 ? rate : otherwise
  }

  #rateAt(inIf: number, outIf: number, direction: number): number {
    const rates = this.#stream?.interfaceRates
    const rate = (direction === 1 && rates?.get(outIf)) || rates?.get(inIf) || rates?.get(outIf) || 0
    this.#interfaceRate = rate
    return rate > 0 ? rate : this.#context.rate
  }

  /** Notes the rate of the last record and its source. */
  #noteRate(stream: Stream, now: number): void {
    const { statedRate } = this.#context
    let rate = stream.baseRate
    let from: SamplingSource = stream.baseRateFrom
    if (statedRate > 0) {
      rate = statedRate
      from = 'record'
    } else if (this.#isSamplerKnown) {
      rate = this.#samplerRate
      from = 'sampler'
    } else if (this.#interfaceRate > 0) {
      rate = this.#interfaceRate
      from = 'domain'
    }
    stream.noteRate(rate, from)
    if (!this.#missedSampler) stream.missingRateSince = 0
    else if (stream.missingRateSince === 0) stream.missingRateSince = now
  }

  #takeOptions(message: Message, template: Template, view: DataView, from: number, end: number): void {
    const { stream, entry } = message
    const fields = (template.optionsFields ??= optionsFieldsOf(template.fields))
    if (fields.length === 0) {
      this.#parts.malformation.note(from, `options data of template ${template.id}, whose records have no octets`)
      return
    }
    let at = from
    for (let records = 0; at < end; records++) {
      if (records >= maxOptionsRecords) {
        this.#parts.malformation.note(at, `more than ${maxOptionsRecords} options records in a set`)
        return
      }
      const record = readOptionsRecord(view, at, end, fields)
      if (!record) return
      at = record.next
      message.options++
      this.optionsRecords++
      if (stream.sampling.learn(record.numbers, message.now)) entry.exporter.optionsVersion++
      const initTime = record.numbers.get('initTime')
      if (initTime && initTime !== stream.initTime) {
        stream.initTime = initTime
        entry.exporter.optionsVersion++
      }
      const index = record.numbers.get('inIf') ?? record.numbers.get('outIf')
      const name = record.texts.get('interfaceName') || record.texts.get('interfaceDescription')
      if (index !== undefined && name) this.#parts.interfaceNames.set(entry.exporter, index, name)
    }
  }
}

/**
 * Whether the template fits the set: records must fill it, up to the padding. Where they do not, the template is another
 * router's, or the exporter has changed it without saying so yet: read by the old one, its octets would be any numbers. The
 * stream's own template also fits in front of longer padding of zeros (RFC 7011 §3.3.1), and where the exporter said it again.
 */
function fits(
  { announcesTemplates }: Stream,
  { scopeCount, isFixed, minLength, padsFreely }: Template,
  view: DataView,
  at: number,
  end: number,
): boolean {
  if (scopeCount > 0 || !isFixed || padsFreely) return true
  if (minLength === 0) return announcesTemplates
  const rest = (end - at) % minLength
  return rest <= maxPadding || (announcesTemplates && isZero(view, end - rest, end))
}

function isZero(view: DataView, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (view.getUint8(at) !== 0) return false
  return true
}

interface Span {
  readonly at: number
  readonly end: number
  readonly headerRate: number
}
