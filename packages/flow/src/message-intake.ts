/**
 * Takes in one datagram of any protocol: finds its stream, decodes it, and updates the loss accountant. A datagram too
 * short to identify its stream has none.
 * @module
 */
import { DecodeError, Reader } from '@vagus/wire'
import type { DataSets, Message } from './data-sets.ts'
import type { Datagram } from './datagram.ts'
import type { DecoderCache } from './decode/compile.ts'
import type { ExporterEntry, ExporterTable } from './exporter-table.ts'
import type { MessageUnits } from './loss/sequence.ts'
import type { Malformation } from './malformation.ts'
import {
  ipfixHeader,
  type MessageHeader,
  netflow9Header,
  readIpfixHeader,
  readNetflow9Header,
} from './message-header.ts'
import { netflow5HeaderOctets, netflow5Layout, netflow5RecordOctets, readNetflow5Header } from './netflow5.ts'
import type { MessageTimes } from './parked-set.ts'
import type { FlowProtocol } from './protocol.ts'
import type { Reporter } from './reporter.ts'
import { type SetWalkParts, walkSets } from './set-walk.ts'
import { exporterOf, type MayReport } from './sflow/agent.ts'
import { readSflowHeader } from './sflow/datagram.ts'
import { readSamples, type SampleCounts, type SflowParts } from './sflow/receive.ts'
import type { Stream } from './stream.ts'

export interface IntakeParts extends SetWalkParts, SflowParts {
  readonly table: ExporterTable
  readonly dataSets: DataSets
  readonly mayReport: MayReport | undefined
  readonly decoders: DecoderCache
  readonly malformation: Malformation
  readonly reporter: Reporter
}

/** Uptime may appear to go back by this much if datagrams are reordered. */
const uptimeToleranceMs = 10_000
const uptimeWrapMs = 0x1_0000_0000

export class MessageIntake {
  readonly #parts: IntakeParts
  readonly samples: SampleCounts = { flow: 0, counter: 0, discarded: 0 }
  // Reused for each datagram: at about 100,000 a second, new objects would keep the garbage collector busy.
  readonly #netflow9 = netflow9Header()
  readonly #ipfix = ipfixHeader()
  #message: Message | undefined

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** Decodes a datagram. Returns its stream, or undefined if the datagram does not identify it. */
  take(datagram: Datagram): Stream | undefined {
    const { view, start } = datagram
    const length = datagram.end - start
    if (length < 4) return this.#refuse(start, `a datagram of ${length} octets`)
    const version = view.getUint16(start)
    if (version === 10) return this.#takeSets(datagram, this.#ipfix, readIpfixHeader)
    if (version === 9) return this.#takeSets(datagram, this.#netflow9, readNetflow9Header)
    if (version === 5) return this.#takeNetflow5(datagram)
    if (view.getUint32(start) === 5) return this.#takeSflow(datagram)
    return this.#refuse(start, `version ${version}; supported are NetFlow 5 and 9, IPFIX (10) and sFlow 5`)
  }

  #refuse(at: number, problem: string): undefined {
    this.#parts.malformation.note(at, problem)
    return undefined
  }

  #takeNetflow5(datagram: Datagram): Stream | undefined {
    const { view, start, end, now } = datagram
    if (end - start < netflow5HeaderOctets) {
      return this.#refuse(end, `cut inside the NetFlow v5 header of ${netflow5HeaderOctets} octets`)
    }
    const header = readNetflow5Header(view, start)
    const entry = this.#entry(datagram.address, now)
    const stream = this.#stream(entry, datagram.port, 'netflow5', header.engine, now)
    const held = Math.floor((end - start - netflow5HeaderOctets) / netflow5RecordOctets)
    if (header.count > held) {
      this.#parts.malformation.note(start + 2, `${header.count} records stated, but the datagram holds ${held}`)
    }
    const message = this.#messageOf(entry, stream, header, now)
    const at = start + netflow5HeaderOctets
    const decoder = this.#parts.decoders.compile(netflow5Layout, now)
    const octets = Math.min(header.count, held) * netflow5RecordOctets
    const span = { at, end: at + octets, headerRate: header.samplingInterval }
    this.#parts.dataSets.takeFixed(message, decoder, view, span)
    noteTimes(message)
    this.#account(stream, header, message, now)
    return stream
  }

  #takeSets(
    datagram: Datagram,
    header: MessageHeader,
    read: (header: MessageHeader, view: DataView, at: number, length: number) => void,
  ): Stream | undefined {
    const { view, start, end, now } = datagram
    if (end - start < header.octets) return this.#refuse(end, `cut inside the header of ${header.octets} octets`)
    read(header, view, start, end - start)
    const entry = this.#entry(datagram.address, now)
    const stream = this.#stream(entry, datagram.port, header.protocol, header.domain, now)
    const message = this.#messageOf(entry, stream, header, now)
    walkSets(this.#parts, header, message, datagram)
    noteTimes(message)
    this.#account(stream, header, message, now)
    return stream
  }

  #takeSflow(datagram: Datagram): Stream | undefined {
    const { now } = datagram
    const octets = datagram.octets.subarray(datagram.start, datagram.end)
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    const r = new Reader(octets)
    let stream: Stream | undefined
    try {
      const header = readSflowHeader(r)
      const address = exporterOf(header.agent, datagram.address, this.#parts.mayReport)
      const entry = this.#entry(address, now)
      stream = this.#stream(entry, datagram.port, 'sflow5', header.subAgent, now)
      stream.agent = header.agent
      this.#account(stream, header, oneDatagram, now)
      readSamples(this.#parts, r, header, { stream, exporter: entry.exporter, view, now }, this.samples)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#parts.malformation.noteError(error)
    }
    return stream
  }

  #messageOf(entry: ExporterEntry, stream: Stream, times: MessageTimes, now: number): Message {
    const message = (this.#message ??= newMessage(entry, stream, times))
    message.entry = entry
    message.stream = stream
    message.times = times
    message.now = message.cameAt = now
    message.records = message.options = message.templates = 0
    message.isKnown = true
    message.endMs = NaN
    stream.clock.take(times.exportMs, now)
    return message
  }

  #entry(address: Uint8Array, now: number): ExporterEntry {
    const entry = this.#parts.table.entry(address, now)
    entry.exporter.lastAt = now
    return entry
  }

  #stream(entry: ExporterEntry, port: number, protocol: FlowProtocol, domain: number, now: number): Stream {
    const { table, reporter } = this.#parts
    const stream = entry.streams.get(port, protocol, domain) ?? table.stream(entry, { port, protocol, domain }, now)
    stream.lastAt = now
    if (stream.datagrams++ === 0) reporter.seen(stream, now)
    return stream
  }

  /** Updates the loss accountant for a received message, after checking for a restart. */
  #account(
    stream: Stream,
    header: { readonly sequence: number; readonly uptimeMs: number },
    units: MessageUnits,
    now: number,
  ): void {
    const { uptimeMs } = header
    if (uptimeMs >= 0 && this.#isRestart(stream, uptimeMs, now)) {
      stream.session.restart(stream.loss)
      stream.sampling.doubt(now)
      this.#parts.reporter.restarted(stream, now, `its uptime is ${Math.round(uptimeMs / 1000)} s`)
    }
    this.count(stream, header.sequence, units, now)
  }

  /** Passes the sequence number of a message, and the units that it adds, to the loss accountant. */
  count(stream: Stream, sequence: number, units: MessageUnits, now: number): void {
    const outcome = stream.session.take(stream.loss, sequence, units)
    if (outcome === undefined) return
    stream.sampling.doubt(now)
    this.#parts.reporter.restarted(stream, now, 'its sequence number was reset')
  }

  /** Whether the exporter restarted since its last datagram: its uptime is now less than the time since then. */
  #isRestart(stream: Stream, uptimeMs: number, now: number): boolean {
    const { uptime, uptimeAt } = stream
    const hasFallen = uptimeMs < uptime - uptimeToleranceMs
    if (hasFallen && uptimeMs > now - uptimeAt + uptimeToleranceMs) return false // reordered
    stream.uptime = uptimeMs
    stream.uptimeAt = now
    // After 49.7 days the uptime wraps, which also starts near zero.
    return hasFallen && uptime < uptimeWrapMs - uptimeToleranceMs - (now - uptimeAt)
  }
}

const oneDatagram: MessageUnits = { records: 0, options: 0, templates: 0, isKnown: true }

const newMessage = (entry: ExporterEntry, stream: Stream, times: MessageTimes): Message => ({
  entry,
  stream,
  times,
  now: 0,
  cameAt: 0,
  records: 0,
  options: 0,
  templates: 0,
  isKnown: true,
  endMs: NaN,
})

function noteTimes({ stream, endMs, times, now }: Message): void {
  if (endMs >= 0) stream.flowTimes.take(endMs, times.exportMs, now)
}
