/**
 * Options data records, in which exporters describe themselves (RFC 7011 §3.4.2.2, RFC 3954 §6). They are rare, so they
 * are read field by field. Unused fields are merged once per template, so that a record costs no more than its octets.
 * @module
 */
import { type FieldSpecifier, variableLength } from './layout.ts'
import { type Role, roleOf } from './registry.ts'

/** The known fields of one record. */
export interface OptionsRecord {
  readonly numbers: ReadonlyMap<Role, number>
  /** Interface name and description. */
  readonly texts: ReadonlyMap<Role, string>
  /** Position of the octet after the record. */
  readonly next: number
}

/** A field that is read in a role, or octets to skip. Its length is never 0. */
export interface OptionsField {
  readonly role: Role | undefined
  /** 65535 is variable. */
  readonly length: number
}

const textRoles: ReadonlySet<Role> = new Set(['interfaceName', 'interfaceDescription'])
/** Octets of an interface name; a longer name is truncated. */
const maxTextOctets = 128
/** Octets of a number. */
const maxOctets = 8
const decoder = new TextDecoder()

/** The fields of an options template, without empty fields, and with adjacent unused fields merged. */
export function optionsFieldsOf(fields: readonly FieldSpecifier[]): readonly OptionsField[] {
  const kept: OptionsField[] = []
  let skipped = 0
  const keep = (field: OptionsField): void => {
    if (skipped > 0) kept.push({ role: undefined, length: skipped })
    skipped = 0
    kept.push(field)
  }
  for (const { element, length, enterprise } of fields) {
    const role = roleOf(element, enterprise)?.role
    if (length === variableLength) keep({ role, length })
    else if (role && length > 0 && (length <= maxOctets || textRoles.has(role))) keep({ role, length })
    else skipped += length
  }
  if (skipped > 0) kept.push({ role: undefined, length: skipped })
  return kept
}

/** The record at `at`; undefined if it runs past `end`, as padding does. */
export function readOptionsRecord(
  view: DataView,
  at: number,
  end: number,
  fields: readonly OptionsField[],
): OptionsRecord | undefined {
  const numbers = new Map<Role, number>()
  const texts = new Map<Role, string>()
  let next = at
  for (const { role, length } of fields) {
    let octets = length
    if (length === variableLength) {
      if (next + 1 > end) return undefined
      octets = view.getUint8(next++)
      if (octets === 255) {
        if (next + 2 > end) return undefined
        octets = view.getUint16(next)
        next += 2
      }
    }
    if (next + octets > end) return undefined
    if (role && textRoles.has(role)) texts.set(role, textOf(view, next, octets))
    else if (role && octets > 0 && octets <= maxOctets && !numbers.has(role)) {
      numbers.set(role, numberOf(view, next, octets))
    }
    next += octets
  }
  // No valid index, sampler or time exceeds 2^53, so a record with such a number is ignored.
  const isSane = [...numbers.values()].every(Number.isSafeInteger)
  return isSane ? { numbers, texts, next } : { numbers: new Map(), texts: new Map(), next }
}

function numberOf(view: DataView, at: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + view.getUint8(at + index)
  return value
}

/** The text up to the first zero octet, without control characters, as it is shown to people. */
function textOf(view: DataView, at: number, length: number): string {
  const octets = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, maxTextOctets))
  const end = octets.indexOf(0)
  return decoder
    .decode(end < 0 ? octets : octets.subarray(0, end))
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
}
