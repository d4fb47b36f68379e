/** Checked fields of messages and options: numbers in their range, text, octets of their length. @module */
import { type CborItem, DecodeError, majorType } from '@vagus/wire'

export const maxUint32 = 0xffff_ffff

/** The element at `index`. @throws {DecodeError} `bad-length` when the array ends before it */
export function elementAt(array: CborItem, elements: readonly CborItem[], index: number, name: string): CborItem {
  const element = elements[index]
  if (element === undefined) throw new DecodeError('bad-length', array.offset, `no ${name} as element ${index}`)
  return element
}

/** @throws {DecodeError} `bad-value` */
export function readUint(item: CborItem, max: number, name: string): number {
  const value = item.major === majorType.unsigned ? item.value() : undefined
  if (typeof value !== 'number' || value > max)
    throw new DecodeError('bad-value', item.offset, `${name} must be 0..${max}`)
  return value
}

/** @throws {DecodeError} `bad-value` */
export function readTextField(item: CborItem, name: string): string {
  const value = item.major === majorType.text ? item.value() : undefined
  if (typeof value !== 'string') throw new DecodeError('bad-value', item.offset, `${name} must be text`)
  return value
}

/** Octets of one of the `lengths`. @throws {DecodeError} `bad-value` */
export function readOctets(item: CborItem, lengths: readonly number[], name: string): Uint8Array {
  const value = item.major === majorType.octets ? item.value() : undefined
  if (!(value instanceof Uint8Array) || !lengths.includes(value.length)) {
    throw new DecodeError('bad-value', item.offset, `${name} must have ${lengths.join(' or ')} octets`)
  }
  return value
}

/** The number that an option begins with; undefined when `item` is no option. */
export function optionOf(item: CborItem): number | undefined {
  if (item.major !== majorType.array) return undefined
  const first = item.elements()[0]
  const value = first?.major === majorType.unsigned ? first.value() : undefined
  return typeof value === 'number' ? value : undefined
}

/** @throws {RangeError} a value of our own that its field cannot hold */
export function checkUint(value: number, max: number, name: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value
  throw new RangeError(`"${name}" must be 0..${max}, got ${value}`)
}
