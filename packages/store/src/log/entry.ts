/**
 * One block in the log, little-endian.
 *
 *   octet  0      4         6        8       16        24     28         32        36        40
 *          magic  version   header   block   appended  rows   body       columns   checksum  body, padded to 8
 *                 (2)       octets   number  at (ms)          octets     hash
 *
 * The checksum covers header and body except itself: that of `checksum.ts`, or CRC-32 in version 1, which can still be
 * read. The body is each column's first `rows` rows, in the order of `flowColumns`, as in memory or, since version 3,
 * packed (`packing.ts`). The hash identifies that order, so that a log with other columns is set aside (`foreign.ts`)
 * and not misread.
 * @module
 */
import { crc32 } from 'node:zlib'
import { columnTypes, type FlowBlock, flowColumns, octetsPerRow } from '@vagus/flow'
import { checksumOf, scriptSumming, type Summing, summingIn } from './checksum.ts'
import { isPackable, maxPackedOctets, type PackedForm, packedOctetsOf, type Packing } from './packing.ts'

export const headerOctets = 40
const magic = 0x474f4c56 // "VLOG"
const versionOf = { withCrc: 1, plain: 2, packedFormerly: 3, packed: 4 } as const
const checksumAt = 36
/** Maximum rows of one entry: a reader's buffer must hold them. Blocks have 2,048. */
export const maxRows = 32_768
export const maxEntryOctets = headerOctets + maxPackedOctets(maxRows)

/** Identifies the columns and their order. */
const columnsHash = crc32(flowColumns.map(({ name, type }) => `${name}:${type}`).join(','))

/** Octets of an entry with `rows` rows that are not packed. */
export function entryOctetsOf(rows: number): number {
  return totalOf(rows * octetsPerRow)
}

const totalOf = (bodyOctets: number): number => headerOctets + Math.ceil(bodyOctets / 8) * 8

export interface Entry {
  readonly block: number
  /** When it was appended, milliseconds since 1970. */
  readonly at: number
  readonly rows: number
  /** Whether the body is plain columns or must be unpacked. */
  readonly form: 'plain' | PackedForm
  /** Start of the body and end of the entry, in the octets that it was read from. */
  readonly bodyAt: number
  readonly endAt: number
}

/** An entry to be written, as consecutive parts, so that the rows of a full block need not be copied. */
export interface EntryParts {
  readonly header: Uint8Array<ArrayBuffer>
  readonly body: Uint8Array<ArrayBuffer>
  /** The WebAssembly memory that holds the body, if any. */
  readonly within: WebAssembly.Memory | undefined
}

/** Whether a packing accepts the block: it must be full. */
export const canPack = (block: FlowBlock): boolean => block.length === block.capacity && isPackable(block.length)

/**
 * An entry without number and checksum, which `seal` adds. Valid until the block changes or `memory` is reused, which
 * has `maxEntryOctets`, or `headerOctets` when the block is packed. With a packing of the block's own memory a packable
 * block is packed, and its entry valid until the packing's `startAnew`.
 * @throws {RangeError} beyond `maxRows`
 */
export function entryOf(
  block: FlowBlock,
  now: number,
  memory?: Uint8Array<ArrayBuffer>,
  packing?: Packing,
): EntryParts {
  const rows = block.length
  if (rows > maxRows) throw new RangeError(`a block must have at most ${maxRows} rows, got ${rows}`)
  const entry = memory ?? new Uint8Array(entryOctetsOf(rows))
  const header = entry.subarray(0, headerOctets)
  const view = new DataView(entry.buffer, entry.byteOffset)
  view.setUint32(0, magic, true)
  view.setUint16(4, versionOf.plain, true)
  view.setUint16(6, headerOctets, true)
  view.setBigUint64(16, BigInt(Math.max(0, Math.trunc(now))), true)
  view.setUint32(24, rows, true)
  view.setUint32(28, rows * octetsPerRow, true)
  view.setUint32(32, columnsHash, true)
  if (packing !== undefined && canPack(block)) {
    const packed = packing.pack(block.memory.byteOffset, rows)
    view.setUint16(4, versionOf.packed, true)
    view.setUint32(28, packed.length, true)
    return { header, body: packed, within: packing.memory }
  }
  // The memory of a full block is the body; its rows are a multiple of 8.
  if (rows === block.capacity) return { header, body: block.memory, within: block.within }
  const body = entry.subarray(headerOctets, entryOctetsOf(rows))
  let at = 0
  for (const { name, type } of flowColumns) {
    const column = new Uint8Array(block.memory.buffer, block[name].byteOffset, rows * columnTypes[type].octets)
    body.set(column, at)
    at += column.length
  }
  body.fill(0, at)
  return { header, body, within: undefined }
}

/** Sets block number and checksum of the entry. */
export function seal({ header, body, within }: EntryParts, block: number): void {
  const view = new DataView(header.buffer, header.byteOffset)
  view.setBigUint64(8, BigInt(block), true)
  view.setUint32(checksumAt, checksumOf(header.subarray(0, checksumAt), body, summingIn(within)), true)
}

export const octetsOf = ({ header, body }: EntryParts): number => header.length + body.length

/** A copy of the entry in its own memory. */
export function copyOf(entry: EntryParts): EntryParts {
  return { header: entry.header.slice(), body: entry.body.slice(), within: undefined }
}

export const rowsOf = ({ header }: EntryParts): number =>
  new DataView(header.buffer, header.byteOffset).getUint32(24, true)

/** When the block was appended, milliseconds since 1970. */
export const timeOf = ({ header }: EntryParts): number =>
  Number(new DataView(header.buffer, header.byteOffset).getBigUint64(16, true))

/**
 * Reads the entry at `at`. `incomplete`: it may continue after the octets; `damaged`: no entry starts here.
 * An entry with other columns is `damaged` too: its rows cannot be read. `summing` is for the memory of the octets.
 */
export function readEntry(
  octets: Uint8Array,
  at: number,
  summing: Summing = scriptSumming,
): Entry | 'incomplete' | 'damaged' {
  const left = octets.length - at
  const view = new DataView(octets.buffer, octets.byteOffset + at)
  if (left < 4) return 'incomplete'
  if (view.getUint32(0, true) !== magic) return 'damaged'
  if (left < headerOctets) return 'incomplete'
  const version = view.getUint16(4, true)
  const rows = view.getUint32(24, true)
  const bodyOctets = view.getUint32(28, true)
  const form = formOf(version)
  const fits =
    isReadable(version) &&
    view.getUint16(6, true) === headerOctets &&
    rows <= maxRows &&
    (form === 'plain' ? bodyOctets === rows * octetsPerRow : bodyOctets <= maxPackedOctets(rows)) &&
    view.getUint32(32, true) === columnsHash
  if (!fits) return 'damaged'
  const total = totalOf(bodyOctets)
  if (left < total) return 'incomplete'
  if (!isIntact(octets.subarray(at, at + total), summing)) return 'damaged'
  if (form !== 'plain') {
    const body = octets.subarray(at + headerOctets, at + total)
    if (packedOctetsOf(body, rows, form) !== bodyOctets) return 'damaged'
  }
  return {
    block: Number(view.getBigUint64(8, true)),
    at: Number(view.getBigUint64(16, true)),
    rows,
    form,
    bodyAt: at + headerOctets,
    endAt: at + total,
  }
}

/** Whether the octets start with a whole entry with other columns or of another format: its rows cannot be read. */
export function isForeign(octets: Uint8Array): boolean {
  if (octets.length < headerOctets) return false
  const view = new DataView(octets.buffer, octets.byteOffset)
  if (view.getUint32(0, true) !== magic) return false
  if (!isReadable(view.getUint16(4, true))) return true
  const end = totalOf(view.getUint32(28, true))
  // A damaged header of this version would not have a valid checksum.
  const isWhole = end <= octets.length && isIntact(octets.subarray(0, end), scriptSumming)
  return isWhole && view.getUint32(32, true) !== columnsHash
}

/** Offset of the next whole entry, `from` or later; `undefined` when the octets have none. */
export function findEntry(octets: Uint8Array, from: number, summing: Summing = scriptSumming): number | undefined {
  for (let at = from; at + headerOctets <= octets.length; at += 8) {
    if (octets[at] === (magic & 255) && typeof readEntry(octets, at, summing) === 'object') return at
  }
  return undefined
}

const formOf = (version: number): Entry['form'] =>
  version === versionOf.packed ? 'packed' : version === versionOf.packedFormerly ? 'packedFormerly' : 'plain'

const isReadable = (version: number): boolean => version >= versionOf.withCrc && version <= versionOf.packed

/** Whether the checksum of a whole entry is right. */
function isIntact(entry: Uint8Array, summing: Summing): boolean {
  const view = new DataView(entry.buffer, entry.byteOffset)
  const header = entry.subarray(0, checksumAt)
  const body = entry.subarray(headerOctets)
  const hasCrc = view.getUint16(4, true) === versionOf.withCrc
  return view.getUint32(checksumAt, true) === (hasCrc ? crc32(body, crc32(header)) : checksumOf(header, body, summing))
}
