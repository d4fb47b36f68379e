/** What is known of one export stream: one exporter address, source port, protocol and observation domain. @module */
import type { FlowProtocol } from './protocol.ts'

/**
 * Where a sampling rate comes from; the first that says something wins, in this order. `domain` is also the interface.
 */
const samplingSources = ['record', 'sampler', 'domain', 'header', 'configured', 'none'] as const
export type SamplingSource = (typeof samplingSources)[number]

/** What the export's sequence numbers say about datagrams that did not arrive. */
export interface LossState {
  /** What the exporter counts; datagrams for NetFlow v9 and sFlow. */
  readonly unit: 'records' | 'datagrams'
  /** The counting rule learned for this exporter, such as `records and options records, before the message`. */
  readonly rule: string
  /** Units that were sent and did not arrive, since the stream was first seen. */
  readonly units: number
  readonly received: number
  /** The same of the last hour, to a minute. */
  readonly lastHour: { readonly units: number; readonly received: number }
  /** Of the last hour: units / (units + received), 0..1. */
  readonly share: number
  /** Units not yet known to be lost or not, because data waits for its template. Given up, they are not called lost. */
  readonly undetermined: number
}

export interface ExporterState {
  /** Number of the exporter, as flow records carry it; streams from one address share it. */
  readonly exporter: number
  /** Text of the exporter's address: the datagrams' source, for sFlow the agent that they name where that may be. */
  readonly address: string
  /** Text of the sFlow agent that its latest datagram names; undefined for other protocols. */
  readonly agent?: string | undefined
  /** Source port of the datagrams. */
  readonly port: number
  /** Observation domain (IPFIX), source id (NetFlow v9), engine type × 256 + id (v5), sub-agent (sFlow). */
  readonly domain: number
  readonly protocol: FlowProtocol
  /** Milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  readonly datagrams: number
  /** Rows given out; a biflow record makes two. */
  readonly records: number
  readonly counterSamples: number
  readonly templates: number
  /** Data sets that wait for their template. */
  readonly parked: number
  /** Data sets given up because too many waited. */
  readonly parkedDropped: number
  /**
   * Units (see `lost.unit`) around data that came and was given up because its template did not come. Units lost just
   * then are among them: they cannot be told apart. The collector always says it.
   */
  readonly undecoded?: number
  readonly malformed: number
  readonly lost: LossState
  /** The rate of the latest records; undefined before the first record. 0 is unknown. */
  readonly sampling: { readonly rate: number; readonly from: SamplingSource } | undefined
  /**
   * By how much its clock is behind ours, milliseconds, to about a second; negative is ahead. Undefined before the
   * first message, and where messages do not tell the time (sFlow).
   */
  readonly clockBehind?: number | undefined
  /** By more than a minute. */
  readonly isClockWrong?: boolean
}
