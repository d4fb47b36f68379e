/**
 * Decoders of vector instructions, for what nearly all records are made of: fields of fixed length that each fill one
 * column, addresses of one IP version, times in milliseconds or as uptimes. One load takes 16 octets of the record, one
 * shuffle turns the fields among them round to little-endian, and each goes to its column from its lane. The rest is left
 * to the decoders of JavaScript (`source.ts`), which say what must come out here, too.
 * @module
 */
import { Assembler, moduleOf, type Octets } from '@vagus/wire'
import { columnOffset, type ColumnName, rowsPerBlock } from '../columns.ts'
import type { Layout, Place } from '../layout.ts'
import type { Role } from '../registry.ts'
import { dayMs } from './times.ts'

const vectorOctets = 16
/** Blocks are stored in memory 0, and datagrams read from memory 1, which the thread that receives them shares. */
const memories = ['own', 'shared'] as const
const ring = 1
/** The first octet of the second one of two vectors, which holds zeros. */
const second = 0x80

/** Sixteen octets: those given, and then `rest`. */
function vectorOf(octets: readonly number[], rest = 0): readonly number[] {
  return [...octets, ...Array<number>(vectorOctets - octets.length).fill(rest)]
}

/** ::ffff:0:0, and the words of an address that say so; least significant octet first. */
const mapped = vectorOf([0, 0, 0, 0, 0xff, 0xff])
const upper = vectorOf([0, 0, 0, 0], 0xff)

/** Columns that are filled by the field of one role, and what they hold without. */
const columns = {
  octets: { role: 'octets', octets: 8, without: 0 },
  packets: { role: 'packets', octets: 8, without: 0 },
  inIf: { role: 'inIf', octets: 4, without: 0 },
  outIf: { role: 'outIf', octets: 4, without: 0 },
  srcAs: { role: 'srcAs', octets: 4, without: 0 },
  dstAs: { role: 'dstAs', octets: 4, without: 0 },
  srcPort: { role: 'srcPort', octets: 2, without: 0 },
  dstPort: { role: 'dstPort', octets: 2, without: 0 },
  protocol: { role: 'protocol', octets: 1, without: 0 },
  tcpFlags: { role: 'tcpFlags', octets: 1, without: 0 },
  tos: { role: 'tos', octets: 1, without: 0 },
  direction: { role: 'direction', octets: 1, without: 255 },
} as const satisfies Partial<Record<ColumnName, { role: Role; octets: Octets; without: number }>>
const addresses = { ipv4: ['srcAddr4', 'dstAddr4'], ipv6: ['srcAddr6', 'dstAddr6'] } as const
const times: readonly Role[] = ['startMilliseconds', 'endMilliseconds', 'startUptime', 'endUptime']
const understood: ReadonlySet<Role> = new Set<Role>([
  ...Object.values(columns).map(({ role }) => role),
  ...addresses.ipv4,
  ...addresses.ipv6,
  'version',
  ...times,
])

/** Parameters, in the order of `VectorDecode`, and locals. */
const local = {
  at: 0,
  records: 1,
  row: 2,
  block: 3,
  exporter: 4,
  rate: 5,
  uptime: 6,
  hasUptime: 7,
  exportSeconds: 8,
  /** Where the row stands in a column of so many octets, without the column's offset. */
  row1: 9,
  row2: 10,
  row4: 11,
  row8: 12,
  row16: 13,
  fields: 14,
  src: 15,
  dst: 16,
  start: 17,
  end: 18,
  exported: 19,
  latest: 20,
  up: 21,
} as const
const rowOf = { 1: local.row1, 2: local.row2, 4: local.row4, 8: local.row8 } as const

/** Decodes so many records, one at least. `hasUptime` is 0 where the exporter's uptime is not known. */
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
) => void

/** The octets of a module; undefined for a layout that is left to JavaScript. */
export function vectorSource(layout: Layout): Uint8Array<ArrayBuffer> | undefined {
  if (!isPlain(layout)) return undefined
  const { places } = layout
  const a = new Assembler()
  a.get(local.exportSeconds).do('i64.extend_i32_u').i64(1000n).do('i64.mul').set(local.exported)
  a.get(local.exported).i64(BigInt(dayMs)).do('i64.add').set(local.latest)
  for (const [shift, row] of [local.row1, local.row2, local.row4, local.row8, local.row16].entries()) {
    a.get(local.block, local.row).i32(shift).do('i32.shl', 'i32.add').set(row)
  }
  a.repeat(() => {
    readFields(a, places)
    storeTimes(a, places)
    storeAddresses(a, places)
    storeConstants(a, places)
    a.get(local.at).i32(layout.minLength).do('i32.add').set(local.at)
    for (const [shift, row] of [local.row1, local.row2, local.row4, local.row8, local.row16].entries()) {
      a.get(row)
        .i32(2 ** shift)
        .do('i32.add')
        .set(row)
    }
    a.get(local.records).i32(1).do('i32.sub').set(local.records).get(local.records)
  })
  const i32 = 'i32'
  const parameters = [i32, i32, i32, i32, i32, i32, i32, i32, i32] as const
  const locals = [i32, i32, i32, i32, i32, 'v128', 'v128', 'v128', 'i64', 'i64', 'i64', 'i64', i32] as const
  return moduleOf({ parameters, results: [], locals }, memories, a)
}

function isPlain({ parts, places, minLength }: Layout): boolean {
  if (parts.length !== 1 || minLength === 0) return false
  for (const [role, { length }] of places) {
    if (!understood.has(role) || (role.endsWith('Uptime') && length > 4)) return false
  }
  const has = (...roles: readonly Role[]): boolean => roles.some((role) => places.has(role))
  if (has('startMilliseconds', 'endMilliseconds') && has('startUptime', 'endUptime')) return false
  return has(...addresses.ipv4) !== has(...addresses.ipv6)
}

/** A field as it leaves the record: so many octets of a lane, to a column or to the local of a time. */
interface Field {
  readonly place: Place
  readonly octets: Octets
  readonly to: { readonly column: ColumnName } | { readonly local: number }
}

function readFields(a: Assembler, places: Layout['places']): void {
  const fields: Field[] = []
  for (const [column, { role, octets }] of Object.entries(columns)) {
    const place = places.get(role)
    if (place) fields.push({ place, octets, to: { column: column as ColumnName } }) // sound: a key of `columns`
  }
  for (const which of ['start', 'end'] as const) {
    const place = places.get(`${which}Milliseconds`) ?? places.get(`${which}Uptime`)
    if (place) fields.push({ place, octets: 8, to: { local: local[which] } })
  }
  fields.sort((x, y) => x.place.offset - y.place.offset)
  for (let from = 0; from < fields.length;) {
    const taken = together(fields.slice(from))
    readTogether(a, taken)
    from += taken.length
  }
}

/** The first fields that one load reads and one vector holds. */
function together(fields: readonly Field[]): readonly Field[] {
  const begin = fields[0]!.place.offset
  let room = vectorOctets
  const end = fields.findIndex(({ place, octets }) => {
    room -= octets
    return room < 0 || place.offset + place.length > begin + vectorOctets
  })
  return end < 0 ? fields : fields.slice(0, end)
}

function readTogether(a: Assembler, fields: readonly Field[]): void {
  const begin = fields[0]!.place.offset
  const from: number[] = []
  const lanes: (readonly [Field, number])[] = []
  // Widest first, so that each stands at a multiple of its octets.
  for (const field of fields.toSorted((x, y) => y.octets - x.octets)) {
    lanes.push([field, from.length / field.octets])
    from.push(...turned(field.place, begin, field.octets))
  }
  a.get(local.at).load(begin, ring).v128(vectorOf(from, second)).vector('i8x16.relaxed_swizzle').set(local.fields)
  for (const [{ octets, to }, lane] of lanes) {
    if ('local' in to) a.get(local.fields).extractLane('i64', lane).set(to.local)
    else a.get(rowOf[octets], local.fields).storeLane(octets, lane, offsetOf(to.column))
  }
}

/** Where the octets of a field stand in the vector that was read at `begin`, the least significant first; then zeros. */
const turned = ({ offset, length }: Place, begin: number, octets: number): number[] =>
  Array.from({ length: octets }, (_, index) => (index < length ? offset - begin + length - 1 - index : second))

/** As in `timeLines`. */
function storeTimes(a: Assembler, places: Layout['places']): void {
  const has = (which: 'start' | 'end'): boolean => places.has(`${which}Milliseconds`) || places.has(`${which}Uptime`)
  const { start, end, exported, latest } = local
  uptimesToTimes(a, places)
  if (!has('start')) a.get(has('end') ? end : exported).set(start)
  if (!has('end')) a.get(start).set(end)
  // What is missing is taken from the other end, or is the export time.
  a.get(start).get(end, exported, end).i64(0n).do('i64.gt_s', 'select')
  a.get(start).i64(0n).do('i64.gt_s', 'select').set(start)
  a.get(end, start, end).i64(0n).do('i64.gt_s', 'select').set(end)
  // What lies too far ahead is taken back.
  a.get(latest, end, end, latest).do('i64.gt_s', 'select').set(end)
  a.get(end, start, start, latest).do('i64.gt_s', 'select').set(start)
  a.get(local.row8, start).storeScalar(8, offsetOf('start'))
  a.get(local.row8, end).storeScalar(8, offsetOf('end'))
}

/** Uptimes are counted back from the exporter's, or from the end of the flow where that is not known. */
function uptimesToTimes(a: Assembler, places: Layout['places']): void {
  const { start, end, exported, up } = local
  const reference = places.has('endUptime') ? end : start
  a.get(local.uptime, reference).do('i32.wrap_i64').get(local.hasUptime).do('select').set(up)
  for (const which of ['start', 'end'] as const) {
    const time = local[which]
    if (places.has(`${which}Milliseconds`)) {
      // More than fits into 63 bits lies ahead, not behind.
      a.get(time).i64(farAhead).get(time).i64(0n).do('i64.ge_s', 'select').set(time)
    } else if (places.has(`${which}Uptime`)) {
      a.get(exported, up, time).do('i32.wrap_i64', 'i32.sub', 'i64.extend_i32_s', 'i64.sub').set(time)
    }
  }
}

const farAhead = 2n ** 63n - 1n

function storeAddresses(a: Assembler, places: Layout['places']): void {
  const isIpv4 = places.has('srcAddr4') || places.has('dstAddr4')
  for (const [index, column] of (['srcAddr', 'dstAddr'] as const).entries()) {
    const place = places.get(addresses[isIpv4 ? 'ipv4' : 'ipv6'][index]!)
    const into = index === 0 ? local.src : local.dst
    if (place) a.get(local.at).load(place.offset, ring)
    else a.v128(vectorOf([]))
    if (place) {
      const octets = turned({ ...place, offset: 0 }, 0, isIpv4 ? 4 : vectorOctets)
      a.v128(vectorOf(octets, second)).vector('i8x16.relaxed_swizzle')
    }
    if (isIpv4) a.v128(mapped).vector('v128.or')
    a.set(into).get(local.row16, into).store(offsetOf(column))
  }
  a.get(local.row1)
  if (isIpv4) a.i32(4)
  else {
    // IPv4 in fields of IPv6: both addresses begin as ::ffff:0:0/96 does.
    for (const each of [local.src, local.dst])
      a.get(each).v128(mapped).vector('v128.xor').v128(upper).vector('v128.and')
    a.vector('v128.or').vector('v128.any_true').set(local.up).i32(6).i32(4).get(local.up).do('select')
  }
  a.storeScalar(1, offsetOf('version'))
}

function storeConstants(a: Assembler, places: Layout['places']): void {
  for (const [column, { role, octets, without }] of Object.entries(columns)) {
    if (places.has(role)) continue
    a.get(rowOf[octets])
    if (octets === 8) a.i64(BigInt(without))
    else a.i32(without)
    a.storeScalar(octets, offsetOf(column as ColumnName)) // sound: a key of `columns`
  }
  a.get(local.row2, local.exporter).storeScalar(2, offsetOf('exporter'))
  a.get(local.row4, local.rate).storeScalar(4, offsetOf('samplingRate'))
}

const offsetOf = (column: ColumnName): number => columnOffset(column, rowsPerBlock)
