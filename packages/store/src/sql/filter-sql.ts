/** Dimensions as SQL columns, and filters as SQL conditions. @module */
import type { Prefix } from '@vagus/address'
import type { Dimension } from '@vagus/api'
import type { FilterTerm } from '../query/queries.ts'
import { halvesOf } from './columns.ts'

type NumberDimension = Exclude<Dimension, 'src' | 'dst'>

/** The column that holds a dimension. */
export const columnOfDimension: Readonly<Record<NumberDimension, string>> = {
  srcPort: 'srcPort',
  dstPort: 'dstPort',
  protocol: 'protocol',
  application: 'application',
  srcSite: 'srcSite',
  dstSite: 'dstSite',
  ingress: 'ingressEdge',
  egress: 'egressEdge',
  exporter: 'exporter',
  inIf: 'inIf',
  outIf: 'outIf',
  srcAs: 'srcAs',
  dstAs: 'dstAs',
  version: 'version',
  tos: 'tos',
}

/** The columns that hold a dimension: two for an address, most significant first. */
export function columnsOf(dimension: Dimension): readonly string[] {
  if (dimension === 'src') return halvesOf.srcAddr
  if (dimension === 'dst') return halvesOf.dstAddr
  const column = columnOfDimension[dimension]
  if (column === undefined) throw new RangeError(`"${dimension}" is not a dimension`)
  return [column]
}

/** The condition that all terms hold. @throws {RangeError} on a value that no record can have */
export function filterSql(terms: readonly FilterTerm[]): string {
  if (terms.length === 0) return 'true'
  return terms
    .map((term) => (term.is === 'equal' ? `(${conditionSql(term)})` : `NOT (${conditionSql(term)})`))
    .join(' AND ')
}

function conditionSql(term: FilterTerm): string {
  const columns = columnsOf(term.dimension)
  return typeof term.value === 'number'
    ? `${columns[0]!} = ${numberSql(term.dimension, term.value)}`
    : prefixSql(columns, term.value)
}

function numberSql(dimension: string, value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new RangeError(`"${dimension}" must be compared with a whole number 0..4294967295, got ${String(value)}`)
  }
  return String(value)
}

const mapped = 0xffff_0000_0000n
const lastMapped = 0xffff_ffff_ffffn
const allOnes = 0xffff_ffff_ffff_ffffn

/** Whether an address is within a prefix, by bounds of its halves. No IPv4 address is within an IPv6 prefix. */
function prefixSql(halves: readonly string[], prefix: Prefix): string {
  const [high, low] = halves as [string, string]
  const address = prefix.octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n)
  const hostBits = BigInt(prefix.version === 4 ? 32 - prefix.length : 128 - prefix.length)
  const last = address | ((1n << hostBits) - 1n)
  const conditions = [between(high, address >> 64n, last >> 64n)]
  if (hostBits < 64n) conditions.push(between(low, address & allOnes, last & allOnes))
  if (prefix.version === 6) conditions.push(`NOT (${high} = 0 AND ${between(low, mapped, lastMapped)})`)
  return conditions.join(' AND ')
}

const between = (column: string, from: bigint, to: bigint): string =>
  from === to ? `${column} = ${from}` : `${column} BETWEEN ${from} AND ${to}`
