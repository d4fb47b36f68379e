/**
 * Counters of an interface since it came up, from one counter sample (sFlow version 5, `if_counters`, RFC 3635 and
 * IF-MIB semantics).
 * @module
 */

/** Totals, not differences. 64-bit totals are `bigint`; 32-bit totals wrap at 2^32. */
export interface InterfaceCounters {
  /** Number of the exporter in the collector. */
  readonly exporter: number
  /** SNMP index of the interface. */
  readonly ifIndex: number
  /** Interface name, if the exporter announced one (in a port name record or an earlier options record). */
  readonly ifName: string | undefined
  /** When the sample arrived, milliseconds since 1970. */
  readonly at: number
  /** Uptime of the exporter at the time of the sample, milliseconds; wraps at 2^32. */
  readonly uptimeMs: number
  /** Bits per second; 0 is unknown. */
  readonly ifSpeed: number
  readonly adminUp: boolean
  readonly operUp: boolean
  readonly inOctets: bigint
  readonly outOctets: bigint
  /** Sum of unicast, multicast and broadcast packets. */
  readonly inPackets: number
  readonly outPackets: number
  readonly inDiscards: number
  readonly outDiscards: number
  readonly inErrors: number
  readonly outErrors: number
}
