/**
 * The layout of a record: a sequence of fields (RFC 7011 §3.4, RFC 3954 §5.2) and their roles. A variable-length field
 * (RFC 7011 §7) is preceded by its length: one octet, or 255 and two octets.
 * @module
 */
import { type Role, roleOf } from './registry.ts'

/** A field specifier of a template. */
export interface FieldSpecifier {
  readonly element: number
  /** Octets; 65535 is variable. */
  readonly length: number
  /** Private enterprise number, 0 for IANA. */
  readonly enterprise: number
}

export const variableLength = 65535

/**
 * The position of a field: `offset` octets from the start of a part. Part 0 starts with the record; a new part starts
 * after each variable-length field.
 */
export interface Place {
  readonly part: number
  readonly offset: number
  readonly length: number
}

export interface Layout {
  /** Equal for layouts that decode alike. Contains only role names and numbers. */
  readonly signature: string
  readonly places: ReadonlyMap<Role, Place>
  /** Octets of the fixed-length fields of each part. A single part means records of constant length. */
  readonly parts: readonly number[]
  /** Octets of the shortest record; 0 means there is nothing to decode. */
  readonly minLength: number
}

export function layoutOf(fields: readonly FieldSpecifier[]): Layout {
  const parts = [0]
  const places = new Map<Role, Place>()
  const ranks = new Map<Role, number>()
  for (const { element, length, enterprise } of fields) {
    const part = parts.length - 1
    const offset = parts[part]!
    const used = roleOf(element, enterprise)
    if (used && fits(used.role, length) && used.rank < (ranks.get(used.role) ?? Infinity)) {
      places.set(used.role, { part, offset, length })
      ranks.set(used.role, used.rank)
    }
    if (length === variableLength) parts.push(0)
    else parts[part] = offset + length
  }
  const minLength = parts.reduce((sum, octets) => sum + octets, 0) + parts.length - 1
  const used = [...places].map(([role, { part, offset, length }]) => `${role}:${part}.${offset}.${length}`)
  return { signature: `${parts.join('|')};${used.sort().join(',')}`, places, parts, minLength }
}

const addressOctets: Partial<Record<Role, number>> = { srcAddr4: 4, dstAddr4: 4, srcAddr6: 16, dstAddr6: 16 }
const ntpOctets = 8

/** Whether a field of `length` octets can be read in this role; other fields are skipped. */
function fits(role: Role, length: number): boolean {
  if (role === 'frame') return length > 0
  const wanted = addressOctets[role] ?? (role.endsWith('Ntp') ? ntpOctets : undefined)
  return wanted === undefined ? length >= 1 && length <= 8 : length === wanted
}
