/**
 * NetFlow version 5: a header of 24 octets and up to 30 records of 48 octets in a fixed layout, IPv4 only (Cisco,
 * "NetFlow Export Datagram Format", tables B-3 and B-4).
 *
 *   octets  2        2      4       4     4      4         1            1          2
 *           version  count  uptime  secs  nsecs  sequence  engine type  engine id  sampling
 *
 * `sampling`: mode in the upper two bits, interval in the lower 14. `sequence` counts flows.
 * @module
 */
import { type FieldSpecifier, layoutOf } from './layout.ts'

export const netflow5HeaderOctets = 24
export const netflow5RecordOctets = 48

const field = (element: number, length: number): FieldSpecifier => ({ element, length, enterprise: 0 })
/** Octets to skip, as an element without a role. */
const padding = (length: number): FieldSpecifier => ({ element: 0, length, enterprise: 0 })

/** Source, destination, next hop; interfaces; packets, octets; times; ports; flags, protocol, tos; AS; masks. */
export const netflow5Layout = layoutOf([
  field(8, 4),
  field(12, 4),
  field(15, 4),
  field(10, 2),
  field(14, 2),
  field(2, 4),
  field(1, 4),
  field(22, 4),
  field(21, 4),
  field(7, 2),
  field(11, 2),
  padding(1),
  field(6, 1),
  field(4, 1),
  field(5, 1),
  field(16, 2),
  field(17, 2),
  field(9, 1),
  field(13, 1),
  padding(2),
])

export interface Netflow5Header {
  readonly count: number
  readonly uptimeMs: number
  readonly exportMs: number
  readonly sequence: number
  /** Engine type × 256 + engine id. Each engine counts its own flows. */
  readonly engine: number
  /** Sampling interval. 0 means that the exporter does not sample, unless a rate is configured for it. */
  readonly samplingInterval: number
}

/** Reads the header of a datagram of at least 24 octets that starts at `at`. */
export function readNetflow5Header(view: DataView, at: number): Netflow5Header {
  return {
    count: view.getUint16(at + 2),
    uptimeMs: view.getUint32(at + 4),
    exportMs: view.getUint32(at + 8) * 1000 + Math.floor(view.getUint32(at + 12) / 1_000_000),
    sequence: view.getUint32(at + 16),
    engine: view.getUint16(at + 20),
    samplingInterval: view.getUint16(at + 22) & 0x3fff,
  }
}
