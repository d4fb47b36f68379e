/**
 * The flow record as columns. Every decoder fills them, the store keeps them, and the analyses read them.
 *
 * Numbers wider than 32 bits are stored as 32-bit words, least significant first, so that a database reads a column's
 * memory as little-endian integers without conversion. An address has 128 bits: IPv6 as it is, IPv4 as ::ffff:a.b.c.d
 * (RFC 4291 §2.5.5.2); `version` says which.
 * @module
 */

/** Octets and array elements per row, by column type. */
export const columnTypes = {
  uint8: { octets: 1, words: 1 },
  uint16: { octets: 2, words: 1 },
  uint32: { octets: 4, words: 1 },
  uint64: { octets: 8, words: 2 },
  uint128: { octets: 16, words: 4 },
} as const
export type ColumnType = keyof typeof columnTypes

interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly meaning: string
}

/** Widest first, so that every column starts aligned. The log and the store keep this order. */
export const flowColumns = [
  { name: 'srcAddr', type: 'uint128', meaning: 'source address' },
  { name: 'dstAddr', type: 'uint128', meaning: 'destination address' },
  { name: 'start', type: 'uint64', meaning: 'first packet, milliseconds since 1970-01-01T00:00Z' },
  { name: 'end', type: 'uint64', meaning: 'last packet, milliseconds since 1970-01-01T00:00Z' },
  {
    name: 'octets',
    type: 'uint64',
    meaning: 'octets of the IP packets as exported; of the frames where the packet is not IP (sFlow)',
  },
  { name: 'packets', type: 'uint64', meaning: 'packets as exported' },
  { name: 'samplingRate', type: 'uint32', meaning: 'one in N packets; 1 is unsampled, 0 is unknown' },
  { name: 'srcAs', type: 'uint32', meaning: 'source AS number, 0 is unknown' },
  { name: 'dstAs', type: 'uint32', meaning: 'destination AS number, 0 is unknown' },
  { name: 'inIf', type: 'uint32', meaning: 'SNMP index of the ingress interface, 0 is unknown' },
  { name: 'outIf', type: 'uint32', meaning: 'SNMP index of the egress interface, 0 is unknown' },
  { name: 'exporter', type: 'uint16', meaning: 'number of the exporter in the collector' },
  { name: 'srcPort', type: 'uint16', meaning: 'source port, or 0' },
  { name: 'dstPort', type: 'uint16', meaning: 'destination port, or ICMP type and code' },
  { name: 'srcSite', type: 'uint16', meaning: 'site of the source address, 0 is unknown; filled by analytics' },
  { name: 'dstSite', type: 'uint16', meaning: 'site of the destination address, 0 is unknown; filled by analytics' },
  { name: 'application', type: 'uint16', meaning: 'application by port, 0 is unknown; filled by analytics' },
  {
    name: 'ingressEdge',
    type: 'uint16',
    meaning: 'device where the traffic enters the domain, 0 is unknown; filled by analytics',
  },
  {
    name: 'egressEdge',
    type: 'uint16',
    meaning: 'device where the traffic leaves the domain, 0 is unknown; filled by analytics',
  },
  { name: 'version', type: 'uint8', meaning: 'IP version, 4 or 6; 0 is neither' },
  { name: 'protocol', type: 'uint8', meaning: 'IP protocol number' },
  { name: 'tcpFlags', type: 'uint8', meaning: 'TCP flags, all packets ORed' },
  { name: 'tos', type: 'uint8', meaning: 'type of service or traffic class octet' },
  { name: 'direction', type: 'uint8', meaning: 'observed on entry (0) or exit (1) of the interface; 255 is unknown' },
  {
    name: 'counted',
    type: 'uint8',
    meaning: '1 if this observation counts for domain totals; filled by analytics',
  },
] as const satisfies readonly Column[]

export type ColumnName = (typeof flowColumns)[number]['name']
type TypeOf<Name extends ColumnName> = Extract<(typeof flowColumns)[number], { name: Name }>['type']
type ArrayOf<Type extends ColumnType> = Type extends 'uint8'
  ? Uint8Array
  : Type extends 'uint16'
    ? Uint16Array
    : Uint32Array

/** Rows per block: the vector size of the store's database. */
export const rowsPerBlock = 2048

/**
 * Up to `capacity` flow records. One writer fills the block in place, for speed. Rows from `length` on are undefined.
 */
export type FlowBlock = { readonly [Name in ColumnName]: ArrayOf<TypeOf<Name>> } & {
  readonly capacity: number
  /** All columns in sequence, each `capacity` rows long. */
  readonly memory: Uint8Array<ArrayBuffer>
  /** The WebAssembly memory that contains `memory`, if any, for WebAssembly decoders. */
  readonly within: WebAssembly.Memory | undefined
  length: number
}

/** Octets per row, over all columns. */
export const octetsPerRow = flowColumns.reduce((sum, { type }) => sum + columnTypes[type].octets, 0)

/** The offset in octets of a column in a block of `capacity` rows. */
export function columnOffset(name: ColumnName, capacity: number): number {
  const before = flowColumns.slice(
    0,
    flowColumns.findIndex((column) => column.name === name),
  )
  return before.reduce((sum, { type }) => sum + capacity * columnTypes[type].octets, 0)
}

/**
 * Creates an empty block of `capacity` rows, a multiple of 8 so that every column stays aligned.
 * @throws {RangeError} if `capacity` is not a positive multiple of 8
 */
export function createFlowBlock(capacity = rowsPerBlock): FlowBlock {
  if (capacity <= 0 || capacity % 8 !== 0) {
    throw new RangeError(`"capacity" must be a positive multiple of 8, got ${capacity}`)
  }
  return flowBlockAt(new ArrayBuffer(capacity * octetsPerRow), 0, capacity)
}

/**
 * Creates a block in existing memory, from octet `at` on, a multiple of 8. `within` is the WebAssembly memory that
 * contains it, if any.
 */
export function flowBlockAt(buffer: ArrayBuffer, at: number, capacity: number, within?: WebAssembly.Memory): FlowBlock {
  const offsetOf = (name: ColumnName): number => at + columnOffset(name, capacity)
  const uint8 = (name: ColumnName): Uint8Array => new Uint8Array(buffer, offsetOf(name), capacity)
  const uint16 = (name: ColumnName): Uint16Array => new Uint16Array(buffer, offsetOf(name), capacity)
  const words = (name: ColumnName, count: 1 | 2 | 4): Uint32Array =>
    new Uint32Array(buffer, offsetOf(name), capacity * count)
  // A literal that repeats the table: V8 turns an object built from computed names into a slow dictionary.
  return {
    capacity,
    memory: new Uint8Array(buffer, at, capacity * octetsPerRow),
    within,
    length: 0,
    srcAddr: words('srcAddr', 4),
    dstAddr: words('dstAddr', 4),
    start: words('start', 2),
    end: words('end', 2),
    octets: words('octets', 2),
    packets: words('packets', 2),
    samplingRate: words('samplingRate', 1),
    srcAs: words('srcAs', 1),
    dstAs: words('dstAs', 1),
    inIf: words('inIf', 1),
    outIf: words('outIf', 1),
    exporter: uint16('exporter'),
    srcPort: uint16('srcPort'),
    dstPort: uint16('dstPort'),
    srcSite: uint16('srcSite'),
    dstSite: uint16('dstSite'),
    application: uint16('application'),
    ingressEdge: uint16('ingressEdge'),
    egressEdge: uint16('egressEdge'),
    version: uint8('version'),
    protocol: uint8('protocol'),
    tcpFlags: uint8('tcpFlags'),
    tos: uint8('tos'),
    direction: uint8('direction'),
    counted: uint8('counted'),
  }
}
