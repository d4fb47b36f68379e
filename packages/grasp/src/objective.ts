/**
 * An objective option (RFC 8990 §2.10): what is discovered, negotiated, synchronised or flooded.
 *
 *   [name, flags, loop-count 0..255, ?value]
 *
 * The value stays the CBOR item that came: only the ASA knows what it means, and a relay passes it on octet by octet.
 * @module
 */
import {
  type CborItem,
  type CborValue,
  decodeCbor,
  DecodeError,
  encodeCbor,
  majorType,
  type Writer,
  writeHead,
} from '@vagus/wire'
import { checkUint, elementAt, maxUint32, readTextField, readUint } from './message/fields.ts'
import { objectiveFlag } from './registry.ts'

export interface Objective {
  /** UTF-8, compared octet by octet. With ':' private to the PEN, FQDN or e-mail address before the last ':'. */
  readonly name: string
  /** Bits of `objectiveFlag`; others are kept. */
  readonly flags: number
  /** Relays or negotiation steps left, 0..255. */
  readonly loopCount: number
  /** One CBOR item, encoded; absent in discovery messages and responses only. */
  readonly value?: Uint8Array
}

export type ObjectiveFlagName = keyof typeof objectiveFlag

/** The bits of the named flags. */
export const flagsOf = (...names: readonly ObjectiveFlagName[]): number =>
  names.reduce((flags, name) => flags | objectiveFlag[name], 0)

/** Whether the objective has the flag. */
export const hasFlag = (objective: { readonly flags: number }, name: ObjectiveFlagName): boolean =>
  (objective.flags & objectiveFlag[name]) !== 0

/** The octets of an objective's value. @throws {RangeError} as `encodeCbor` */
export const valueOctets = (value: CborValue): Uint8Array => encodeCbor(value)

/**
 * What the value of `objective` says; an encoded item inside tag 24 (RFC 8949 §3.4.5.1) stands for its octets, since
 * graspy wraps some byte strings so. Undefined when there is none.
 * @throws {DecodeError} `bad-value` when a map has equal keys
 */
export function objectiveValue(objective: Objective): CborValue {
  if (objective.value === undefined) return undefined
  const value = decodeCbor(objective.value)
  const isWrapped = typeof value === 'object' && value !== null && 'type' in value && value.type === 'tag'
  return isWrapped && value.tag === 24 && value.value instanceof Uint8Array ? value.value : value
}

/** @throws {DecodeError} `bad-value`, `bad-length` */
export function readObjective(item: CborItem, presence: 'with value' | 'value optional'): Objective {
  if (item.major !== majorType.array) throw new DecodeError('bad-value', item.offset, 'an objective must be an array')
  const elements = item.elements()
  const name = readTextField(elementAt(item, elements, 0, 'objective name'), 'objective name')
  const flags = readUint(elementAt(item, elements, 1, 'flags'), maxUint32, 'flags')
  const loopCount = readUint(elementAt(item, elements, 2, 'loop count'), 255, 'loop count')
  const value = elements[3]
  if (value !== undefined) return { name, flags, loopCount, value: value.octets.slice() }
  if (presence === 'value optional') return { name, flags, loopCount }
  throw new DecodeError('bad-length', item.offset, `objective "${name}" has no value; only discovery may leave it out`)
}

/** @throws {RangeError} */
export function writeObjective(w: Writer, { name, flags, loopCount, value }: Objective): void {
  writeHead(w, majorType.array, value === undefined ? 3 : 4)
  w.octets(encodeCbor(name))
  writeHead(w, majorType.unsigned, checkUint(flags, maxUint32, 'flags'))
  writeHead(w, majorType.unsigned, checkUint(loopCount, 255, 'loopCount'))
  if (value !== undefined) w.octets(value)
}
