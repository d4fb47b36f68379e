/**
 * Options data records: what exporters say about themselves (RFC 7011 §3.4.2.2, RFC 3954 §6). Read field by field, as
 * they are rare.
 * @module
 */
import type { Template } from './template.ts'
import { variableLength } from './layout.ts'
import { type Role, roleOf } from './registry.ts'

/** What the known fields of one record say. */
export interface OptionsRecord {
  readonly numbers: ReadonlyMap<Role, number>
  /** Name and description of the interface. */
  readonly texts: ReadonlyMap<Role, string>
  /** The octet behind the record. */
  readonly next: number
}

const textRoles: ReadonlySet<Role> = new Set(['interfaceName', 'interfaceDescription'])
/** An interface's name; the rest of a longer one is cut off. */
const maxTextOctets = 128
const decoder = new TextDecoder()

/** The record at `at`; undefined when it does not end before `end`, as padding does not. */
export function readOptionsRecord(
  view: DataView,
  at: number,
  end: number,
  template: Template,
): OptionsRecord | undefined {
  const numbers = new Map<Role, number>()
  const texts = new Map<Role, string>()
  let next = at
  for (const { element, length, enterprise } of template.fields) {
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
    const role = roleOf(element, enterprise)?.role
    if (role && textRoles.has(role)) texts.set(role, textOf(view, next, octets))
    else if (role && octets > 0 && octets <= 8 && !numbers.has(role)) numbers.set(role, numberOf(view, next, octets))
    next += octets
  }
  return { numbers, texts, next }
}

function numberOf(view: DataView, at: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + view.getUint8(at + index)
  return value
}

/** Up to the first zero octet; control characters left out, as it is shown to people. */
function textOf(view: DataView, at: number, length: number): string {
  const octets = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, maxTextOctets))
  const end = octets.indexOf(0)
  return decoder
    .decode(end < 0 ? octets : octets.subarray(0, end))
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
}
