/**
 * Decoders in WebAssembly vector instructions, for nearly all records: fixed-length fields that each fill one column,
 * addresses of one IP version, and times in milliseconds or as uptimes. Other layouts are left to the JavaScript
 * decoders (`source.ts`). Both must give the same result.
 *
 * Four records are decoded at a time. One load reads 16 octets of each, and one swizzle converts their fields to
 * little-endian. They are then transposed, so that one store writes four rows of a column. The last four records of a
 * set may overlap the previous four, whose rows are then written twice. A set of fewer than four records is followed by
 * undefined rows.
 * @module
 */
import { Assembler, moduleOf } from '@vagus/wire'
import { rowsPerBlock } from '../columns.ts'
import type { Layout } from '../layout.ts'
import {
  addressesOf,
  columnsWithout,
  type FieldGroup,
  groupsOf,
  isPlain,
  mapped,
  memories,
  offsetOf,
  ring,
  timesOf,
  upper,
  vectorOctets,
  vectorOf,
} from './vector-plan.ts'
import { dayMs } from './times.ts'
import { Constants, local, locals } from './vector-locals.ts'
import { storeTimes } from './vector-times.ts'

const recordsAtOnce = 4
const four = [0, 1, 2, 3] as const

const rowOf = { 1: local.row1, 2: local.row2, 4: local.row4, 8: local.row8 } as const
const rows = [local.row1, local.row2, local.row4, local.row8, local.row16]

/**
 * Decodes `records` records, at least one. `hasUptime` is 0 if the exporter's uptime is unknown. The export time is in
 * two parts, as passing 32-bit integers allocates no memory. Returns 1, or 0 without any effect if there is no room for
 * the rows of `recordsAtOnce`, or for the octets that are read after the records.
 */
export type VectorDecode = (
  at: number,
  records: number,
  row: number,
  block: number,
  exporter: number,
  rate: number,
  uptime: number,
  hasUptime: number,
  exportSeconds: number,
  exportMs: number,
) => number

/** The octets of a WebAssembly module; undefined for a layout that is left to JavaScript. */
export function vectorSource(layout: Layout): Uint8Array<ArrayBuffer> | undefined {
  if (!isPlain(layout)) return undefined
  const constants = new Constants()
  const body = fourRecords(layout, constants)
  const a = new Assembler()
  refuseWithoutRoom(a, layout.minLength)
  a.get(local.exportSeconds).do('i64.extend_i32_u').i64(1000n).do('i64.mul')
  a.get(local.exportMs).do('i64.extend_i32_u', 'i64.add').vector('i64x2.splat').set(local.exported)
  a.get(local.exported).i64(BigInt(dayMs)).vector('i64x2.splat').vector('i64x2.add').set(local.latest)
  a.get(local.uptime).do('i64.extend_i32_u').vector('i64x2.splat').set(local.uptimes)
  a.i64(0n).get(local.hasUptime).do('i64.extend_i32_u', 'i64.sub').vector('i64x2.splat').set(local.knowsUptime)
  a.get(local.rate).vector('i32x4.splat').set(local.rates)
  a.get(local.exporter).vector('i16x8.splat').set(local.exporters)
  for (const [shift, row] of rows.entries()) {
    a.get(local.block, local.row).i32(shift).do('i32.shl', 'i32.add').set(row)
  }
  constants.set(a)
  a.repeat(() => {
    a.append(body)
    goOn(a, layout.minLength)
  })
  a.i32(1)
  const parameters = Array<'i32'>(local.exportMs + 1).fill('i32')
  const scalars = Array<'i32'>(local.row16 - local.exportMs).fill('i32')
  const vectors = Array<'v128'>(locals + constants.size - local.row16 - 1).fill('v128')
  return moduleOf({ parameters, results: ['i32'], locals: [...scalars, ...vectors] }, memories, a)
}

/** Returns 0 without room: at least four records are written, and 16 octets are read from the last field on. */
function refuseWithoutRoom(a: Assembler, minLength: number): void {
  const { at, records, row, advance } = local
  a.get(records).i32(recordsAtOnce).get(records).i32(recordsAtOnce).do('i32.gt_s', 'select').set(advance)
  a.get(row, advance).do('i32.add').i32(rowsPerBlock).do('i32.gt_s')
  a.get(at, advance).i32(minLength).do('i32.mul', 'i32.add').i32(vectorOctets).do('i32.add')
  a.i32(16).do('i32.shr_u').pages(ring).do('i32.ge_u', 'i32.or')
  a.if(() => a.i32(0).do('return'))
}

/** Advances to the next four records, or to the last four. */
function goOn(a: Assembler, minLength: number): void {
  const { advance, records, at } = local
  a.get(records).i32(recordsAtOnce).do('i32.sub').set(advance)
  a.get(advance).i32(recordsAtOnce).get(advance).i32(recordsAtOnce).do('i32.lt_s', 'select').set(advance)
  a.get(at, advance).i32(minLength).do('i32.mul', 'i32.add').set(at)
  for (const [shift, row] of rows.entries()) {
    a.get(row, advance).i32(shift).do('i32.shl', 'i32.add').set(row)
  }
  a.get(records, advance).do('i32.sub').set(records)
  a.get(advance).i32(0).do('i32.gt_s')
}

function fourRecords({ places, minLength }: Layout, constants: Constants): Assembler {
  const a = new Assembler()
  for (const group of groupsOf(places)) {
    readGroup(a, group, minLength, constants)
    storeHalf(a, group, 0, constants)
    storeHalf(a, group, 1, constants)
  }
  storeTimes(a, timesOf(places), constants)
  storeAddresses(a, places, minLength, constants)
  storeWithout(a, places, constants)
  return a
}

function readGroup(a: Assembler, { begin, from }: FieldGroup, minLength: number, constants: Constants): void {
  for (const record of four) {
    a.get(local.at).load(begin + record * minLength, ring)
    a.get(constants.of(from)).vector('i8x16.relaxed_swizzle').set(local.record[record])
  }
}

/** Stores one half of a group's vectors in the columns. */
function storeHalf(a: Assembler, { fields }: FieldGroup, half: 0 | 1, constants: Constants): void {
  const inside = fields.filter(({ at }) => at >> 3 === half)
  const [widest] = inside
  if (widest === undefined) return
  const { to } = widest
  for (const [pair, whole] of [local.first, local.second].entries()) {
    a.get(local.record[2 * pair]!, local.record[2 * pair + 1]!).shuffle(halves[widest.octets === 8 ? 8 : 4][half])
    a.set('time' in to ? local[to.time][pair]! : whole)
    if (widest.octets === 8 && 'column' in to) {
      a.get(local.row8, whole).store(offsetOf(to.column) + pair * vectorOctets)
    }
  }
  if (widest.octets === 8) return
  for (const word of [0, 1] as const) {
    const those = inside.filter(({ at }) => ((at >> 2) & 1) === word)
    if (those.length > 0) storeWord(a, those, word, constants)
  }
}

/** Stores the fields in the same 32 bits of each record, now in `first` and `second`, in their columns. */
function storeWord(a: Assembler, fields: FieldGroup['fields'], word: 0 | 1, constants: Constants): void {
  a.get(local.first, local.second).shuffle(halves[8][word])
  if (fields[0]!.octets < 4) {
    const from = fields.flatMap(({ at, octets }) =>
      four.flatMap((record) => Array.from({ length: octets }, (_, octet) => record * 4 + (at & 3) + octet)),
    )
    a.get(constants.of(vectorOf(from))).vector('i8x16.relaxed_swizzle')
  }
  a.set(local.column)
  let stored = 0
  for (const { octets, to } of fields) {
    if ('time' in to) continue // cannot occur here: times have 8 octets
    a.get(rowOf[octets], local.column)
    if (octets === 4) a.store(offsetOf(to.column))
    else a.storeLane(octets === 2 ? 8 : 4, stored / (octets * recordsAtOnce), offsetOf(to.column))
    stored += octets * recordsAtOnce
  }
}

/** Shuffles that interleave one half of two vectors by 4 or 8 octets. Processors have instructions for these. */
const halves = {
  4: [interleaved(4, 0), interleaved(4, 1)],
  8: [interleaved(8, 0), interleaved(8, 1)],
} as const

function interleaved(octets: 4 | 8, half: 0 | 1): readonly number[] {
  return Array.from({ length: vectorOctets }, (_, index) => {
    const item = Math.floor(index / octets)
    return (item & 1) * vectorOctets + half * 8 + (item >> 1) * octets + (index % octets)
  })
}

function storeAddresses(a: Assembler, places: Layout['places'], minLength: number, constants: Constants): void {
  const { isIpv4, columns } = addressesOf(places)
  for (const [index, { column, read }] of columns.entries()) {
    for (const record of four) {
      const address = local.record[record]
      if (read) {
        a.get(local.at).load(read.begin + record * minLength, ring)
        a.get(constants.of(read.from)).vector('i8x16.relaxed_swizzle')
      } else a.v128(vectorOf([]))
      if (isIpv4) a.get(constants.of(mapped)).vector('v128.or')
      a.set(address)
      a.get(local.row16, address).store(offsetOf(column) + record * vectorOctets)
      if (isIpv4) continue
      // The record is IPv4 if both IPv6 fields are in ::ffff:0:0/96.
      a.get(address, constants.of(mapped)).vector('v128.xor').get(constants.of(upper)).vector('v128.and')
      if (index === 1) a.get(local.isOther[record]).vector('v128.or')
      a.set(local.isOther[record])
    }
  }
  const version = offsetOf('version')
  if (isIpv4) a.get(local.row1).i32(0x04_04_04_04).storeScalar(4, version)
  else {
    for (const record of four) {
      a.get(local.row1).i32(6).i32(4).get(local.isOther[record]).vector('v128.any_true').do('select')
      a.storeScalar(1, version + record)
    }
  }
}

function storeWithout(a: Assembler, places: Layout['places'], constants: Constants): void {
  for (const { column, octets, each } of columnsWithout(places)) {
    const vector = constants.of(vectorOf([], each))
    const offset = offsetOf(column)
    if (octets === 8)
      a.get(local.row8, vector)
        .store(offset)
        .get(local.row8, vector)
        .store(offset + vectorOctets)
    else if (octets === 4) a.get(local.row4, vector).store(offset)
    else a.get(rowOf[octets], vector).storeLane(octets === 2 ? 8 : 4, 0, offset)
  }
  a.get(local.row2, local.exporters).storeLane(8, 0, offsetOf('exporter'))
  a.get(local.row4, local.rates).store(offsetOf('samplingRate'))
}
