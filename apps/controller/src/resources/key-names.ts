/** Numbers of flow columns as people name them, and back. @module */
import { nameOf } from '@vagus/analytics'
import {
  AddressError,
  dstPortText,
  icmpProtocols,
  parseAddress,
  parsePrefix,
  type Prefix,
  versionOf,
} from '@vagus/address'
import type { Dimension, FilterDimension } from '@vagus/api'
import { type ColumnName, columnTypes, flowColumns } from '@vagus/flow'
import {
  type AddressDimension,
  type ExportQuery,
  type FilterTerm as StoreTerm,
  icmpPort,
  type NumberRange,
} from '@vagus/store'
import type { View } from '../domain/view.ts'
import type { FilterTerm } from '../http/filter.ts'
import { ProblemError, problemOf } from '../http/problem.ts'

/** IANA protocol numbers that people know by name. */
const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  'ipv6-icmp': 58,
  ospf: 89,
  sctp: 132,
}

const protocolNames = new Map(Object.entries(protocolNumbers).map(([name, number]) => [number, name]))

/** `tcp`, or the number where it has no name here; a filter takes both. */
export const nameOfProtocol = (number: number): string => protocolNames.get(number) ?? String(number)

/** Which list of the domain gives the dimension's numbers their names. */
const lists = {
  srcSite: 'sites',
  dstSite: 'sites',
  ingress: 'devices',
  egress: 'devices',
  application: 'applications',
} as const satisfies Partial<Record<Dimension, 'sites' | 'devices' | 'applications'>>
const isListed = (dimension: FilterDimension): dimension is keyof typeof lists => dimension in lists

/** AS 0 is nobody's (RFC 7607): exporters that know no AS write it. */
const isAs = (dimension: FilterDimension): boolean => dimension === 'srcAs' || dimension === 'dstAs'

/** Names of sites, devices, applications, exporters and protocols; all else unchanged. */
export function nameOfKey(view: View, dimension: Dimension, key: number | string): string {
  if (typeof key === 'string') return key
  if (isListed(dimension)) return nameOf(view.domain[lists[dimension]], key)
  if (dimension === 'protocol') return nameOfProtocol(key)
  if (key === 0 && isAs(dimension)) return 'unknown'
  if (key === icmpPort && isPort(dimension)) return 'icmp'
  if (dimension !== 'exporter') return String(key)
  const address = view.addressOf(key)
  return address === undefined ? 'unknown' : (view.directory.deviceAt(address)?.name ?? address)
}

/** The name of each part of a key of the store. */
export function namesOfKey(
  view: View,
  by: readonly Dimension[],
  key: readonly (number | string)[],
): Record<string, string> {
  const names = by.map((dimension, index) => [dimension, nameOfKey(view, dimension, key[index] ?? 0)] as const)
  const [dstPort, protocol] = [key[by.indexOf('dstPort')], key[by.indexOf('protocol')]]
  const isTyped = typeof dstPort === 'number' && typeof protocol === 'number'
  return { ...Object.fromEntries(names), ...(isTyped ? { dstPort: dstPortText({ dstPort, protocol }) } : {}) }
}

const maxExporter = 0xffff

/** For a file that others read: an exporter is its address, also where it is a device. */
export function columnNames({ domain, addressOf }: Pick<View, 'domain' | 'addressOf'>): ExportQuery['names'] {
  const sites = domain.sites.map(({ name }) => name)
  const devices = domain.devices.map(({ name }) => name)
  const exporters = Array.from({ length: maxExporter }, (_, index) => addressOf(index + 1))
  return {
    exporter: exporters.slice(0, 1 + exporters.findLastIndex((address) => address !== undefined)),
    srcSite: sites,
    dstSite: sites,
    application: domain.applications.map(({ name }) => name),
    ingressEdge: devices,
    egressEdge: devices,
  }
}

/** A filter as the store takes it. @throws {ProblemError} on a value that the dimension does not have */
export function storeTerms(view: View, terms: readonly FilterTerm[]): readonly StoreTerm[] {
  const found = terms.map(({ dimension, is, value }): StoreTerm =>
    dimension === 'src' || dimension === 'dst' || dimension === 'host'
      ? { dimension, is, value: prefixOf(value) }
      : { dimension, is, value: numbersOf(view, dimension, value) },
  )
  const protocols = found.filter(({ dimension, is }) => dimension === 'protocol' && is === 'equal')
  const isOfIcmp = protocols.length > 0 && protocols.every(({ value }) => icmpProtocols.includes(value as number)) // sound: protocols are numbers
  // Where nothing but ICMP is asked for, a number can only be its type and code.
  return isOfIcmp ? found.map(withIcmpPorts) : found
}

function withIcmpPorts(term: StoreTerm): StoreTerm {
  if (!isPort(term.dimension) || typeof term.value !== 'number' || term.value >= icmpPort) return term
  return { ...term, value: term.value + icmpPort } as StoreTerm // sound: the dimension takes numbers
}

function prefixOf(value: string): Prefix {
  try {
    if (value.includes('/')) return parsePrefix(value)
    return parsePrefix(`${value}/${versionOf(parseAddress(value)) === 4 ? 32 : 128}`)
  } catch (error) {
    if (error instanceof AddressError) throw refuse(error.message)
    throw error
  }
}

type NumberDimension = Exclude<FilterDimension, AddressDimension>
/** Numbers that stand for themselves: all but those that a list of the domain or of exporters names. */
type PlainDimension = Exclude<NumberDimension, keyof typeof lists | 'exporter'>

function numbersOf(view: View, dimension: NumberDimension, value: string): number | NumberRange {
  if (isListed(dimension)) {
    const index = view.domain[lists[dimension]].findIndex(({ name }) => name === value)
    if (index < 0 && value !== 'unknown') throw refuse(`there is no ${dimension} "${value}"`)
    return index + 1
  }
  if (dimension === 'exporter') return exporterNumber(view, value)
  if (value === 'unknown' && isAs(dimension)) return 0
  if (dimension === 'version') return versionNumber(value)
  if (dimension === 'protocol') return protocolNumber(value)
  if (isPort(dimension) && value.toLowerCase() === 'icmp') return { from: icmpPort, to: icmpPort + 0xffff }
  if (dimension === 'dstPort' && value.includes('/')) return icmpTypeAndCode(value)
  return plainNumbers(dimension, value)
}

/** Records of what is no IP have version 0. */
function versionNumber(value: string): number {
  if (!['4', '6', '0'].includes(value)) throw refuse(`version must be 4, 6, or 0 for what is not IP, got "${value}"`)
  return Number(value)
}

function protocolNumber(value: string): number {
  const number = protocolNumbers[value.toLowerCase()] ?? (/^\d+$/.test(value) ? Number(value) : Infinity)
  if (number <= 255) return number
  const names = Object.keys(protocolNumbers).join(', ')
  throw refuse(`protocol must be a number 0..255 or one of ${names}, got "${value}"`)
}

/** `8/0` */
function icmpTypeAndCode(value: string): number {
  const [, type, code] = /^(\d+)\/(\d+)$/.exec(value) ?? []
  if (type !== undefined && Number(type) <= 255 && Number(code) <= 255) {
    return icmpPort + Number(type) * 256 + Number(code)
  }
  throw refuse(`dstPort of ICMP must be TYPE/CODE, each 0..255, such as 8/0, got "${value}"`)
}

/** `443`, or `443-445` with both ends. */
function plainNumbers(dimension: PlainDimension, value: string): number | NumberRange {
  const [, first, last = first] = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(value) ?? []
  const [from, to] = [Number(first), Number(last)]
  const largest = largestOf(dimension)
  if (first !== undefined && from <= to && to <= largest) return from === to ? from : { from, to }
  const names = isPort(dimension) ? '; names are those of applications: application=https' : ''
  throw refuse(`${dimension} must be a number 0..${largest} or a range such as 8-15, got "${value}"${names}`)
}

const isPort = (dimension: FilterDimension): boolean => ['srcPort', 'dstPort', 'port'].includes(dimension)

/** The largest number that the dimension can have. */
function largestOf(dimension: PlainDimension): number {
  if (dimension === 'dscp') return 63
  const column: ColumnName = dimension === 'port' ? 'dstPort' : dimension
  const { type } = flowColumns.find(({ name }) => name === column)! // sound: dimension and column are called the same
  return 256 ** columnTypes[type].octets - 1
}

function exporterNumber(view: View, value: string): number {
  const device = view.config.devices.find(({ name }) => name === value)
  const [number] = view.exportersAt(device === undefined ? value : view.directory.addressOf(device))
  if (number === undefined) throw refuse(`no exporter "${value}" is known; see /v1/exporters`)
  return number
}

const refuse = (problem: string): ProblemError =>
  new ProblemError(problemOf(400, `filter: ${problem}`, [{ parameter: 'filter', problem }]))
