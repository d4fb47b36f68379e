/**
 * What an interface counted since it came up, as one counter sample said it (sFlow version 5, `if_counters`, RFC 3635
 * and IF-MIB semantics).
 * @module
 */

/** Totals, not differences. 64-bit totals are bigint; 32-bit totals wrap at 2^32. */
export interface InterfaceCounters {
  /** Number of the exporter in the collector. */
  readonly exporter: number
  /** SNMP index of the interface. */
  readonly ifIndex: number
  /** Name, where the exporter says it (port name record, or an options record before). */
  readonly ifName: string | undefined
  /** When the sample arrived, milliseconds since 1970. */
  readonly at: number
  /** Uptime of the exporter when it took the sample, milliseconds; wraps at 2^32. */
  readonly uptimeMs: number
  /** Bits per second; 0 is unknown. */
  readonly ifSpeed: number
  readonly adminUp: boolean
  readonly operUp: boolean
  readonly inOctets: bigint
  readonly outOctets: bigint
  /** Unicast, multicast and broadcast packets together. */
  readonly inPackets: number
  readonly outPackets: number
  readonly inDiscards: number
  readonly outDiscards: number
  readonly inErrors: number
  readonly outErrors: number
}
