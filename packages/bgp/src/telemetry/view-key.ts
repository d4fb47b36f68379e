/**
 * The keys of a view's records (draft §5.2).
 *
 *   prefix       1 version (4, 6)   1 length   as many octets as the length needs
 *   flow         1 version   4 or 16 source   4 or 16 destination   1 protocol   2 source port   2 destination port
 *   application  1 length    name, 1..32 octets
 *   as           4
 *
 * @module
 */
import type { Prefix } from '@vagus/address'
import { DecodeError, type Reader, type Writer } from '@vagus/wire'
import { text } from '../link-state/fields.ts'
import type { ViewKind } from './registry.ts'

/** `source` and `destination` are 16 octets, IPv4 mapped. */
export interface FlowKey {
  readonly type: 'flow'
  readonly source: Uint8Array
  readonly destination: Uint8Array
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
}

export type ViewKey =
  | { readonly type: 'prefix'; readonly prefix: Prefix }
  | FlowKey
  | { readonly type: 'application'; readonly name: string }
  | { readonly type: 'as'; readonly as: number }

const longestName = 32
const keyTypeOf = {
  'destination-prefix': 'prefix',
  'source-prefix': 'prefix',
  flow: 'flow',
  application: 'application',
  as: 'as',
} as const satisfies Record<ViewKind, ViewKey['type']>
/** ::ffff:0:0/96 */
const mapped = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
const versionOf = (octets: Uint8Array): 4 | 6 => (mapped.every((octet, at) => octets[at] === octet) ? 4 : 6)

/** @throws {RangeError} when the key is not of the view's kind, or does not fit */
export function writeViewKey(w: Writer, kind: ViewKind, key: ViewKey): void {
  if (key.type !== keyTypeOf[kind]) throw new RangeError(`a ${kind} view has no key of type "${key.type}"`)
  if (key.type === 'as') w.uint32(key.as)
  else if (key.type === 'application') w.counted(1, () => text.write(w, key.name.slice(0, longestName)))
  else if (key.type === 'prefix') {
    const first = key.prefix.version === 4 ? 12 : 0
    w.uint8(key.prefix.version)
    w.uint8(key.prefix.length)
    w.octets(key.prefix.octets.subarray(first, first + ((key.prefix.length + 7) >> 3)))
  } else {
    const version = versionOf(key.source)
    if (versionOf(key.destination) !== version) throw new RangeError('a flow has both addresses of one IP version')
    const first = version === 4 ? 12 : 0
    w.uint8(version)
    w.octets(key.source.subarray(first))
    w.octets(key.destination.subarray(first))
    w.uint8(key.protocol)
    w.uint16(key.sourcePort)
    w.uint16(key.destinationPort)
  }
}

/** @throws {DecodeError} */
export function readViewKey(r: Reader, kind: ViewKind): ViewKey {
  const type = keyTypeOf[kind]
  if (type === 'as') return { type, as: r.uint32() }
  if (type === 'application') return { type, name: text.read(r.sub(bounded(r, r.uint8(), 1, longestName))) }
  const version = versionIn(r)
  if (type === 'flow') return readFlow(r, version)
  const at = r.offset
  const length = bounded(r, r.uint8(), 0, version === 4 ? 32 : 128)
  const prefix = { version, length, octets: address(version, r.octets((length + 7) >> 3)) }
  if (!isCanonical(prefix)) throw strayBits(at)
  return { type, prefix }
}

/**
 * Passes over a key that `readViewKey` would read, without making it: of the pages that a reflector takes in, few are
 * ever looked at. @throws {DecodeError} where `readViewKey` does
 */
export function skipViewKey(r: Reader, kind: ViewKind): void {
  const type = keyTypeOf[kind]
  if (type === 'as') return r.skip(4)
  if (type === 'application') return r.skip(bounded(r, r.uint8(), 1, longestName))
  const version = versionIn(r)
  const octets = version === 4 ? 4 : 16
  if (type === 'flow') {
    if (version === 6) return void readFlow(r, version)
    return r.skip(2 * octets + 5)
  }
  const at = r.offset
  const length = bounded(r, r.uint8(), 0, octets * 8)
  r.skip(length >> 3)
  if ((length & 7) > 0 && (r.uint8() & (0xff >> (length & 7))) !== 0) throw strayBits(at)
}

const strayBits = (at: number): DecodeError => new DecodeError('bad-value', at, 'a prefix with bits behind its length')

function readFlow(r: Reader, version: 4 | 6): FlowKey {
  const octets = version === 4 ? 4 : 16
  const at = r.offset
  const source = address(version, r.octets(octets))
  const destination = address(version, r.octets(octets))
  if (versionOf(source) !== version || versionOf(destination) !== version) {
    throw new DecodeError('bad-value', at, 'IPv4 inside IPv6')
  }
  return { type: 'flow', source, destination, protocol: r.uint8(), sourcePort: r.uint16(), destinationPort: r.uint16() }
}

function versionIn(r: Reader): 4 | 6 {
  const version = r.uint8()
  if (version === 4 || version === 6) return version
  throw new DecodeError('bad-value', r.offset - 1, `IP version ${version}`)
}

function bounded(r: Reader, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new DecodeError('bad-value', r.offset - 1, `${value} is none of ${least}..${most}`)
}

/** 16 octets; what is missing at the end is zero. */
function address(version: 4 | 6, octets: Uint8Array): Uint8Array {
  const all = new Uint8Array(16)
  if (version === 4) all.set(mapped)
  all.set(octets, version === 4 ? 12 : 0)
  return all
}

const isCanonical = ({ version, length, octets }: Prefix): boolean => {
  const bits = length + (version === 4 ? 96 : 0)
  return octets.every((octet, at) => (octet & (0xff >> Math.min(8, Math.max(0, bits - at * 8)))) === 0)
}
