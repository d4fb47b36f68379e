/** Numbers of flow columns as people name them, and back. @module */
import { nameOf } from '@vagus/analytics'
import { AddressError, parseAddress, parsePrefix, type Prefix, versionOf } from '@vagus/address'
import type { Dimension } from '@vagus/api'
import { type ColumnName, columnTypes, flowColumns } from '@vagus/flow'
import type { ExportQuery, FilterTerm as StoreTerm } from '@vagus/store'
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
/** Numbers that stand for themselves: dimension and column have the same name. */
type PlainDimension = Extract<Dimension, ColumnName>
const isListed = (dimension: Dimension): dimension is keyof typeof lists => dimension in lists

/** AS 0 is nobody's (RFC 7607): exporters that know no AS write it. */
const isAs = (dimension: Dimension): boolean => dimension === 'srcAs' || dimension === 'dstAs'

/** Names of sites, devices, applications, exporters and protocols; all else unchanged. */
export function nameOfKey(view: View, dimension: Dimension, key: number | string): string {
  if (typeof key === 'string') return key
  if (isListed(dimension)) return nameOf(view.domain[lists[dimension]], key)
  if (dimension === 'protocol') return nameOfProtocol(key)
  if (key === 0 && isAs(dimension)) return 'unknown'
  if (dimension !== 'exporter') return String(key)
  const address = view.addressOf(key)
  return address === undefined ? 'unknown' : (view.directory.deviceAt(address)?.name ?? address)
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
  return terms.map(({ dimension, is, value }) =>
    dimension === 'src' || dimension === 'dst'
      ? { dimension, is, value: prefixOf(value) }
      : { dimension, is, value: numberOf(view, dimension, value) },
  )
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

function numberOf(view: View, dimension: Exclude<Dimension, 'src' | 'dst'>, value: string): number {
  if (isListed(dimension)) {
    const index = view.domain[lists[dimension]].findIndex(({ name }) => name === value)
    if (index < 0 && value !== 'unknown') throw refuse(`there is no ${dimension} "${value}"`)
    return index + 1
  }
  if (dimension === 'exporter') return exporterNumber(view, value)
  if (value === 'unknown' && isAs(dimension)) return 0
  const number = dimension === 'protocol' ? (protocolNumbers[value] ?? Number(value)) : Number(value)
  const largest = largestOf(dimension)
  if (!/^\d+$/.test(String(number)) || number > largest) {
    throw refuse(`${dimension} must be a number 0..${largest}, got "${value}"`)
  }
  if (dimension === 'version' && number !== 4 && number !== 6) throw refuse(`version must be 4 or 6, got "${value}"`)
  return number
}

/** The largest number that the dimension's column holds. */
function largestOf(dimension: PlainDimension): number {
  const { type } = flowColumns.find(({ name }) => name === dimension)! // sound: they are called the same
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
