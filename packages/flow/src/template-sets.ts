/**
 * Template sets of IPFIX (RFC 7011 §3.4) and NetFlow v9 (RFC 3954 §5.2, §6.1).
 *
 *   template           id 2, field count 2, specifiers
 *   options, IPFIX     id 2, field count 2, scope field count 2, specifiers
 *   options, v9        id 2, octets of scope specifiers 2, octets of option specifiers 2, specifiers
 *   specifier          element 2, length 2; IPFIX with the top bit of the element set: enterprise number 4
 * @module
 */
import { DecodeError, Reader } from '@vagus/wire'
import type { FieldSpecifier } from './layout.ts'
import { netflow9ScopeEnterprise } from './registry.ts'
import { firstDataSetId } from './template.ts'

export type TemplateKind = 'data' | 'options'

/**
 * `fields` is empty for a withdrawal (RFC 7011 §8.1). Only IPFIX has withdrawals, and collectors ignore them over UDP.
 */
export interface AnnouncedTemplate {
  readonly id: number
  readonly scopeCount: number
  readonly fields: readonly FieldSpecifier[]
}

interface TemplateSet {
  readonly protocol: 'netflow9' | 'ipfix'
  readonly kind: TemplateKind
  /** Maximum number of fields of a template. */
  readonly maxFields: number
}

/** An announcement has at least four octets. Fewer octets at the end of a set are padding. */
const minAnnouncement = 4

/**
 * Passes each template in a set (octets `at` up to `end`) to `announce`, so that templates before a fault are used.
 * @throws {DecodeError}
 */
export function readTemplateSet(
  octets: Uint8Array,
  at: number,
  end: number,
  set: TemplateSet,
  announce: (template: AnnouncedTemplate) => void,
): void {
  const r = new Reader(octets, at, end)
  while (r.left >= minAnnouncement) {
    const from = r.offset
    const id = r.uint16()
    if (id === 0 && set.protocol === 'netflow9') return // some exporters pad with more than three octets
    const isWithdrawalOfAll = set.protocol === 'ipfix' && id === (set.kind === 'data' ? 2 : 3)
    if (id < firstDataSetId && !isWithdrawalOfAll) {
      throw new DecodeError('bad-value', from, `template id ${id}; must be 256..65535`)
    }
    const template = set.protocol === 'ipfix' ? readIpfix(r, id, set) : readNetflow9(r, id, set)
    if (isWithdrawalOfAll && template.fields.length > 0) {
      throw new DecodeError('bad-value', from, `template id ${id} with fields; this id may only withdraw templates`)
    }
    announce(template)
  }
}

function readIpfix(r: Reader, id: number, { kind, maxFields }: TemplateSet): AnnouncedTemplate {
  const at = r.offset
  const count = r.uint16()
  if (count === 0) return { id, scopeCount: 0, fields: [] }
  checkCount(at, count, maxFields)
  const scopeCount = kind === 'options' ? r.uint16() : 0
  if (kind === 'options' && (scopeCount === 0 || scopeCount > count)) {
    throw new DecodeError('bad-value', at + 2, `${scopeCount} scope fields of ${count} fields; must be 1..${count}`)
  }
  const fields = Array.from({ length: count }, () => {
    const element = r.uint16()
    const length = r.uint16()
    return { element: element & 0x7fff, length, enterprise: element & 0x8000 ? r.uint32() : 0 }
  })
  return { id, scopeCount, fields }
}

const specifierOctets = 4

function readNetflow9(r: Reader, id: number, { kind, maxFields }: TemplateSet): AnnouncedTemplate {
  const at = r.offset
  let scopeCount = 0
  let count = 0
  if (kind === 'options') {
    scopeCount = Math.floor(r.uint16() / specifierOctets)
    count = scopeCount + Math.floor(r.uint16() / specifierOctets)
  } else {
    count = r.uint16()
  }
  if (count === 0) throw new DecodeError('bad-value', at, `template ${id} has no fields; must have at least 1`)
  checkCount(at, count, maxFields)
  const fields = Array.from({ length: count }, (_, index) => ({
    element: r.uint16(),
    length: r.uint16(),
    enterprise: index < scopeCount ? netflow9ScopeEnterprise : 0,
  }))
  // A v9 options template without scope is about the whole exporter. A count of 1 marks it as an options template.
  return { id, scopeCount: kind === 'options' ? Math.max(1, scopeCount) : 0, fields }
}

function checkCount(at: number, count: number, max: number): void {
  if (count > max) throw new DecodeError('bad-length', at, `a template of ${count} fields; the limit is ${max}`)
}
