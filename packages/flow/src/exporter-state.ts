/** State of one export stream: one exporter address, source port, protocol and observation domain. @module */
import type { FlowProtocol } from './protocol.ts'

/** Sources of a sampling rate, in order of precedence. `domain` includes rates by interface. */
const samplingSources = ['record', 'sampler', 'domain', 'header', 'configured', 'none'] as const
export type SamplingSource = (typeof samplingSources)[number]

/** Losses derived from the sequence numbers of the export. */
export interface LossState {
  /** The unit that the exporter counts: datagrams for sFlow and, by RFC 3954, for NetFlow v9. */
  readonly unit: 'records' | 'datagrams'
  /** The counting rule learned for this exporter, such as `records and options records before the message`. */
  readonly rule: string
  /** Units sent but not received since the stream was first seen. */
  readonly units: number
  readonly received: number
  /** The same for the last hour, to the minute. */
  readonly lastHour: { readonly units: number; readonly received: number }
  /** Loss in the last hour: units / (units + received), 0..1. */
  readonly share: number
  /**
   * Units that may be lost or may be in data that waits for its template. They do not count as lost if that data is
   * dropped.
   */
  readonly undetermined: number
}

/** A template that does not come. */
interface NoTemplate {
  /** When the first data set of those that wait arrived, milliseconds since 1970, whether it still waits or not. */
  readonly since: number
  /** Data sets given up since then. */
  readonly givenUp: number
}

export interface ExporterState {
  /** Number of the exporter, as in flow records. All streams from one address share it. */
  readonly exporter: number
  /**
   * Text of the exporter's address: the source of the datagrams, or for sFlow the agent that they name, if it is
   * accepted.
   */
  readonly address: string
  /** Text of the sFlow agent address in the latest datagram; undefined for other protocols. */
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
  /** Rows written; a biflow record can make two. */
  readonly records: number
  readonly counterSamples: number
  readonly templates: number
  /** Data sets waiting for their template or decoder. */
  readonly parked: number
  /** Parked data sets that were dropped: too many waited, or they waited too long. */
  readonly parkedDropped: number
  /** While data waits for its template; the collector always sets it then. */
  readonly noTemplate?: NoTemplate | undefined
  /**
   * Units (see `lost.unit`) around data that arrived but was dropped because its template did not arrive. They include
   * units lost at the same time, which cannot be distinguished. The collector always sets it.
   */
  readonly undecoded?: number
  readonly malformed: number
  readonly lost: LossState
  /** The rate of the latest records; undefined before the first record. 0 is unknown. */
  readonly sampling: { readonly rate: number; readonly from: SamplingSource } | undefined
  /**
   * How far the exporter's clock is behind ours, milliseconds, to about a second; negative is ahead. Undefined before
   * the first message, and for sFlow, which has no export time.
   */
  readonly clockBehind?: number | undefined
  /** Whether the clocks differ by more than a minute. */
  readonly isClockWrong?: boolean
  /** Which clock that is: that of its messages, or, where these are right, that by which it dates flows. */
  readonly clockOf?: 'messages' | 'flows'
}
