/** Dimensions as SQL columns, and filters as SQL conditions. @module */
import { icmpProtocols, type Prefix } from '@vagus/address'
import type { Dimension, FilterDimension } from '@vagus/api'
import { type FilterTerm, icmpPort, type NumberRange } from '../query/queries.ts'
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

const isIcmp = `protocol IN (${icmpProtocols.join(', ')})`
const isPort = (dimension: string): boolean => dimension === 'srcPort' || dimension === 'dstPort'

/** A column of groups. */
interface KeyColumn {
  readonly name: string
  readonly sql: string
}

/** The columns of groups by these dimensions, in their order. Without the protocol all ICMP is one, and no port. */
export const keyColumnsOf = (by: readonly Dimension[]): readonly KeyColumn[] =>
  by.flatMap((dimension) =>
    columnsOf(dimension).map((column) =>
      isPort(dimension) && !by.includes('protocol')
        ? { name: `${column}Key`, sql: `CASE WHEN ${isIcmp} THEN ${icmpPort} ELSE ${column} END` }
        : { name: column, sql: column },
    ),
  )

/** What a term compares: either end for `host` and `port`. */
const comparedBy: Readonly<Partial<Record<FilterDimension, readonly Dimension[]>>> = {
  host: ['src', 'dst'],
  port: ['srcPort', 'dstPort'],
  dscp: ['tos'],
}

/** The dimensions without which records cannot be grouped and filtered so. */
export function neededFor(by: readonly Dimension[], filter: readonly FilterTerm[]): readonly Dimension[] {
  const compared = filter.flatMap(({ dimension }) => comparedBy[dimension] ?? [dimension as Dimension]) // sound: all others are in the table
  const named = [...by, ...compared]
  return named.some(isPort) ? [...named, 'protocol'] : named
}

/** The condition that a record passes a filter. @throws {RangeError} on a value that no record can have */
export function filterSql(terms: readonly FilterTerm[]): string {
  if (terms.length === 0) return 'true'
  const wanted = Map.groupBy(
    terms.filter(({ is }) => is === 'equal'),
    ({ dimension }) => dimension,
  )
  const unwanted = terms.filter(({ is }) => is === 'not-equal')
  return [
    ...[...wanted.values()].map((some) => `(${some.map(conditionSql).join(' OR ')})`),
    ...unwanted.map((term) => `NOT (${conditionSql(term)})`),
  ].join(' AND ')
}

function conditionSql({ dimension, value }: FilterTerm): string {
  const compared = comparedBy[dimension] ?? [dimension as Dimension] // sound: as above
  const conditions = compared.map((one) => {
    const columns = columnsOf(one)
    if (typeof value === 'object' && 'octets' in value) return prefixSql(columns, value)
    return isPort(one)
      ? portsSql(columns[0]!, dimension, value)
      : rangeSql(dimension === 'dscp' ? '(tos >> 2)' : columns[0]!, dimension, value)
  })
  return conditions.map((condition) => `(${condition})`).join(' OR ')
}

function rangeSql(column: string, dimension: string, value: number | NumberRange): string {
  const { from, to } = typeof value === 'number' ? { from: value, to: value } : value
  if (from > to) throw new RangeError(`a range of "${dimension}" must go upwards, got ${from}-${to}`)
  return between(column, numberSql(dimension, from), numberSql(dimension, to))
}

/** Ports are not ICMP's types, though they share a column; `icmpPort` says which are meant. */
function portsSql(column: string, dimension: string, value: number | NumberRange): string {
  const { from, to } = typeof value === 'number' ? { from: value, to: value } : value
  if (from < icmpPort) return `${rangeSql(column, dimension, value)} AND NOT ${isIcmp}`
  return `${rangeSql(column, dimension, { from: from - icmpPort, to: to - icmpPort })} AND ${isIcmp}`
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

const between = (column: string, from: bigint | string, to: bigint | string): string =>
  from === to ? `${column} = ${from}` : `${column} BETWEEN ${from} AND ${to}`
