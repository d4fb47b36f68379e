/** What is known of the matrix of one window: from flows, from counters, and from what agents tell of devices without flows. @module */
import {
  coverageOf,
  type InterfaceLoad,
  ipBitsPerSecond,
  type MatrixReading,
  type MeasuredSum,
  type Window,
} from '@vagus/analytics'
import type { MatrixNetwork } from './matrix-network.ts'
import type { Measurements } from '../domain/measurements.ts'

/** Rates by place of the sites in the network, bits per second of IP packets. */
export interface MeasuredMatrix {
  readonly window: Window
  readonly rate: (source: number, sink: number) => number
  readonly loads: readonly InterfaceLoad[]
}

/** What the agent beside a device tells: bits per second toward a site, over all of its interfaces. */
export type TowardSites = ReadonlyMap<string, readonly { readonly site: number; readonly rate: number }[]>

export interface ReadingParts {
  readonly measurements: Measurements
  /** Number of the device in flow records. */
  readonly numberOf: (device: string) => number
  readonly isExporting: (device: string) => boolean
  readonly toward: TowardSites
}

/** Flows that cover less of what an interface's counters saw do not measure what enters there. */
const leastCoverage = 0.8

/** Counters of less of the window tell of another time than flows. */
const leastCounted = 0.9

export interface NetworkReading extends MatrixReading {
  /** Devices whose flows do not tell what enters or leaves there. */
  readonly blind: ReadonlySet<string>
}

export function readingOf(network: MatrixNetwork, matrix: MeasuredMatrix, parts: ReadingParts): NetworkReading {
  const { sites, arcs } = network
  const blind = blindDevices(network, matrix, parts)
  const measured = new Float64Array(sites.length ** 2).fill(NaN)
  const floor = new Float64Array(measured.length)
  for (const [source] of sites.entries()) {
    for (const [sink] of sites.entries()) {
      const cell = source * sites.length + sink
      const rate = matrix.rate(source, sink)
      if (source === sink || isTold(network, source, sink, blind)) measured[cell] = rate
      else floor[cell] = rate
    }
  }
  const sums: MeasuredSum[] = []
  const sent = new Float64Array(sites.length)
  const received = new Float64Array(sites.length)
  for (const { name, cells, parts: shares, eyes, fromSite, toSite } of arcs) {
    const rate = firstRate(eyes, matrix.window, parts)
    if (rate !== undefined) sums.push({ name, cells, parts: shares, rate })
    if (fromSite >= 0) sent[fromSite]! += rate ?? NaN
    if (toSite >= 0) received[toSite]! += rate ?? NaN
  }
  for (const [site, entrances] of network.entrances.entries())
    if (entrances.length === 0) sent[site] = received[site] = NaN
  return { measured, floor, sent, received, sums: [...sums, ...towardSums(network, blind, parts.toward)], blind }
}

/** Cells that nobody would measure if flows of this device were missing, of those that are measured. */
export function cellsOf(network: MatrixNetwork, device: string, { measured }: NetworkReading): readonly number[] {
  const alone = new Set([device])
  const { length } = network.sites
  return Array.from(measured.keys()).filter((cell) => {
    const [source, sink] = [Math.floor(cell / length), cell % length]
    return source !== sink && !Number.isNaN(measured[cell]!) && !isTold(network, source, sink, alone)
  })
}

/** By the rule of what counts (ARCHITECTURE.md): where it enters, or where it leaves if only that is one of several places. */
function isTold({ homes }: MatrixNetwork, source: number, sink: number, blind: ReadonlySet<string>): boolean {
  const [from, to] = [homes[source]!, homes[sink]!]
  const counting = to.length > 1 && from.length <= 1 ? to : from
  return counting.length > 0 && counting.every((device) => !blind.has(device))
}

function blindDevices(
  network: MatrixNetwork,
  { window, loads }: MeasuredMatrix,
  parts: ReadingParts,
): ReadonlySet<string> {
  const blind = new Set<string>()
  const loadOf = new Map(loads.map((load) => [`${load.device}/${load.ifIndex}`, load]))
  for (const { device, ifIndex } of network.entrances.flat()) {
    const number = parts.numberOf(device)
    const rates = parts.measurements.counters.rates(number, ifIndex, window)
    const told = loadOf.get(`${number}/${ifIndex}`)?.inBitsPerSecond ?? 0
    const isWhole = rates !== undefined && rates.window.seconds >= leastCounted * window.seconds
    const coverage = isWhole ? coverageOf(told, ipBitsPerSecond(rates, 'in')) : null
    if (coverage === null ? !parts.isExporting(device) : coverage < leastCoverage) blind.add(device)
  }
  return blind
}

function firstRate(
  eyes: MatrixNetwork['arcs'][number]['eyes'],
  window: Window,
  { measurements, numberOf }: ReadingParts,
): number | undefined {
  for (const { device, ifIndex, direction } of eyes) {
    const rates = measurements.counters.rates(numberOf(device), ifIndex, window)
    if (rates !== undefined) return ipBitsPerSecond(rates, direction)
  }
  return undefined
}

/** What an agent tells of a device without flows is the sum of all that passes it toward a site. */
function towardSums(
  { sites, through }: MatrixNetwork,
  blind: ReadonlySet<string>,
  toward: TowardSites,
): readonly MeasuredSum[] {
  return [...toward].flatMap(([device, rates]) => {
    const passing = through.get(device)
    if (passing === undefined || !blind.has(device)) return []
    return rates.map(({ site, rate }) => {
      const places = [...passing.cells.keys()].filter((at) => passing.cells[at]! % sites.length === site)
      return {
        cells: Int32Array.from(places, (at) => passing.cells[at]!),
        parts: Float64Array.from(places, (at) => passing.parts[at]!),
        rate,
      }
    })
  })
}
