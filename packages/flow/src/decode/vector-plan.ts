/**
 * The plan of a vector decoder: which layouts are plain enough, which column each field fills, and which fields one
 * load reads.
 * @module
 */
import type { Octets } from '@vagus/wire'
import { columnOffset, type ColumnName, rowsPerBlock } from '../columns.ts'
import type { Layout, Place } from '../layout.ts'
import type { Role } from '../registry.ts'

export const vectorOctets = 16
/** Memory 0 holds the blocks. Memory 1 holds the datagrams, and is shared with the thread that receives them. */
export const memories = ['own', 'shared'] as const
export const ring = 1
/** An index outside the vector, for which a swizzle yields zero. */
const none = 0x80

/** Pads `octets` to 16 octets with `rest`. */
export function vectorOf(octets: readonly number[], rest = 0): readonly number[] {
  return [...octets, ...Array<number>(vectorOctets - octets.length).fill(rest)]
}

/** ::ffff:0:0, and the mask of the words that identify it; least significant octet first. */
export const mapped = vectorOf([0, 0, 0, 0, 0xff, 0xff])
export const upper = vectorOf([0, 0, 0, 0], 0xff)

/** Columns filled by the field of one role, and their value without it. */
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

export function isPlain({ parts, places, minLength }: Layout): boolean {
  if (parts.length !== 1 || minLength === 0) return false
  for (const [role, { length }] of places) {
    if (!understood.has(role) || (role.endsWith('Uptime') && length > 4)) return false
  }
  const has = (...roles: readonly Role[]): boolean => roles.some((role) => places.has(role))
  if (has('startMilliseconds', 'endMilliseconds') && has('startUptime', 'endUptime')) return false
  return has(...addresses.ipv4) !== has(...addresses.ipv6)
}

/** A field and its target: `octets` octets of a column, or the computation of a time. */
interface Field {
  readonly place: Place
  readonly octets: Octets
  readonly to: { readonly column: ColumnName } | { readonly time: 'start' | 'end' }
}

/** Fields read by one load. */
export interface FieldGroup {
  /** Offset of the load in a record. */
  readonly begin: number
  /** The swizzle that converts the fields to little-endian, widest first, so that each is aligned to its size. */
  readonly from: readonly number[]
  /** The fields, and the position of each after the swizzle. */
  readonly fields: readonly (Field & { readonly at: number })[]
}

export function groupsOf(places: Layout['places']): readonly FieldGroup[] {
  const fields: Field[] = []
  for (const [column, { role, octets }] of Object.entries(columns)) {
    const place = places.get(role)
    if (place) fields.push({ place, octets, to: { column: column as ColumnName } }) // sound: a key of `columns`
  }
  for (const time of ['start', 'end'] as const) {
    const place = places.get(`${time}Milliseconds`) ?? places.get(`${time}Uptime`)
    if (place) fields.push({ place, octets: 8, to: { time } })
  }
  fields.sort((x, y) => x.place.offset - y.place.offset)
  const groups: FieldGroup[] = []
  for (let next = 0; next < fields.length;) {
    const taken = together(fields.slice(next))
    groups.push(groupOf(taken))
    next += taken.length
  }
  return groups
}

/** As many of the first fields as one load can read and one vector can hold. */
function together(fields: readonly Field[]): readonly Field[] {
  const begin = fields[0]!.place.offset
  let room = vectorOctets
  const end = fields.findIndex(({ place, octets }) => {
    room -= octets
    return room < 0 || place.offset + place.length > begin + vectorOctets
  })
  return end < 0 ? fields : fields.slice(0, end)
}

function groupOf(fields: readonly Field[]): FieldGroup {
  const begin = fields[0]!.place.offset
  const from: number[] = []
  const placed = fields
    .toSorted((x, y) => y.octets - x.octets)
    .map((field) => {
      const at = from.length
      from.push(...turned(field.place, begin, field.octets))
      return { ...field, at }
    })
  return { begin, from: vectorOf(from, none), fields: placed }
}

/** Indices of a field's octets in a vector loaded at `begin`, least significant first, then zeros. */
const turned = ({ offset, length }: Place, begin: number, octets: number): number[] =>
  Array.from({ length: octets }, (_, index) => (index < length ? offset - begin + length - 1 - index : none))

export interface AddressFields {
  readonly isIpv4: boolean
  readonly columns: readonly {
    readonly column: ColumnName
    /** Offset of the address in a record, and the swizzle that converts it; undefined if the record has none. */
    readonly read: { readonly begin: number; readonly from: readonly number[] } | undefined
  }[]
}

export function addressesOf(places: Layout['places']): AddressFields {
  const isIpv4 = addresses.ipv4.some((role) => places.has(role))
  const roles = addresses[isIpv4 ? 'ipv4' : 'ipv6']
  return {
    isIpv4,
    columns: (['srcAddr', 'dstAddr'] as const).map((column, index) => {
      const place = places.get(roles[index]!)
      const read = place && {
        begin: place.offset,
        from: vectorOf(turned(place, place.offset, isIpv4 ? 4 : vectorOctets), none),
      }
      return { column, read }
    }),
  }
}

/** The kind of field that states each time of a record, if any. */
export interface TimeFields {
  readonly start: 'milliseconds' | 'uptime' | undefined
  readonly end: 'milliseconds' | 'uptime' | undefined
}

export function timesOf(places: Layout['places']): TimeFields {
  const kindOf = (time: 'start' | 'end'): TimeFields['start'] =>
    places.has(`${time}Milliseconds`) ? 'milliseconds' : places.has(`${time}Uptime`) ? 'uptime' : undefined
  return { start: kindOf('start'), end: kindOf('end') }
}

/** Columns that no field fills, with the value of each of their octets. */
export function columnsWithout(places: Layout['places']): readonly {
  readonly column: ColumnName
  readonly octets: Octets
  readonly each: number
}[] {
  return Object.entries(columns)
    .filter(([, { role }]) => !places.has(role))
    .map(([column, { octets, without }]) => ({ column: column as ColumnName, octets, each: without })) // sound: a key
}

export const offsetOf = (column: ColumnName): number => columnOffset(column, rowsPerBlock)
