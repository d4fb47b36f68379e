import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type InterfaceLoad, MatrixEstimator, windowOf } from '@vagus/analytics'
import { createDirectory } from '../../src/domain/directory.ts'
import { type CounterReading, Measurements } from '../../src/domain/measurements.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { matrixNetworkOf } from '../../src/estimation/matrix-network.ts'
import { cellsOf, readingOf, type ReadingParts } from '../../src/estimation/matrix-reading.ts'
import { config } from './network.ts'

const network = matrixNetworkOf(config)!
const [office, plant, transit] = [0, 1, 2]
const numbered = numberedConfig(config)
const domain = domainOf(numbered, numberingOf(undefined, numbered))
const from = 1_800_000_000_000
const window = windowOf(from, from + 60_000)

/** Bits per second from a site (row) to another. From transit everything comes in over the nearest link. */
const truth = [
  [0, 4e6, 2e6],
  [3e6, 0, 1e6],
  [5e6, 6e6, 0],
] as const
const sumOf = (pairs: readonly (readonly [number, number])[]): number =>
  pairs.reduce((sum, [source, sink]) => sum + truth[source]![sink]!, 0)

/** In, then out, of each interface. */
const loadsOf = {
  'pe-1': {
    1: [sumOf([[plant, office]]), sumOf([[office, plant]])],
    2: [sumOf([[transit, office]]), sumOf([[office, transit]])],
    3: [
      sumOf([
        [office, plant],
        [office, transit],
      ]),
      sumOf([
        [plant, office],
        [transit, office],
      ]),
    ],
  },
  'pe-2': {
    1: [sumOf([[office, plant]]), sumOf([[plant, office]])],
    2: [sumOf([[transit, plant]]), sumOf([[plant, transit]])],
    3: [
      sumOf([
        [plant, office],
        [plant, transit],
      ]),
      sumOf([
        [office, plant],
        [transit, plant],
      ]),
    ],
  },
} as const

function measurements(since = from - 10_000): Measurements {
  const all = new Measurements(createDirectory(config), domain)
  for (let at = since; at <= from + 70_000; at += 5000) {
    const readings = config.devices.flatMap(({ name, address }) =>
      Object.entries(loadsOf[name as keyof typeof loadsOf]).map(([index, [inRate, outRate]]): CounterReading => {
        const octets = (rate: number): number => ((at - from + 10_000) / 8000) * rate
        return {
          address,
          at,
          uptimeMs: at - from + 1e6,
          ifIndex: Number(index),
          inOctets: octets(inRate),
          outOctets: octets(outRate),
          inPackets: 0,
          outPackets: 0,
          adminUp: true,
          operUp: true,
        } as unknown as CounterReading
      }),
    )
    all.take(readings, at)
  }
  return all
}

/** What flows tell: nothing of what these devices would export. */
function told(silent: readonly string[]): { rate: (source: number, sink: number) => number; loads: InterfaceLoad[] } {
  const homes = ['pe-1', 'pe-2', undefined]
  return {
    rate: (source, sink) => {
      const counting = sink === transit ? homes[source] : source === transit ? homes[sink] : homes[source]
      return silent.includes(counting!) ? 0 : truth[source]![sink]!
    },
    loads: config.devices.flatMap(({ name }, device) =>
      Object.entries(loadsOf[name as keyof typeof loadsOf]).map(([index, [inRate]]) => {
        return { device: device + 1, ifIndex: Number(index), inBitsPerSecond: silent.includes(name) ? 0 : inRate }
      }),
    ) as unknown as InterfaceLoad[],
  }
}

const parts = (more: Partial<ReadingParts> = {}): ReadingParts => ({
  measurements: measurements(),
  numberOf: (device) => config.devices.findIndex(({ name }) => name === device) + 1,
  isExporting: () => true,
  toward: new Map(),
  ...more,
})

const isMeasured = (reading: ReturnType<typeof readingOf>): readonly string[] =>
  [...reading.measured.keys()]
    .filter((cell) => Math.floor(cell / 3) !== cell % 3 && !Number.isNaN(reading.measured[cell]!))
    .map((cell) => `${network.sites[Math.floor(cell / 3)]} ${network.sites[cell % 3]}`)

describe('the reading of a matrix', () => {
  test('has every pair measured where flows cover what counters saw', () => {
    const reading = readingOf(network, { window, ...told([]) }, parts())
    assert.deepEqual([...reading.blind], [])
    assert.equal(isMeasured(reading).length, 6)
    assert.deepEqual([...reading.sent], [6e6, 4e6, 11e6])
  })

  test('leaves out what a device would tell whose flows do not: pairs that begin there, or of a neighbour at several', () => {
    const reading = readingOf(network, { window, ...told(['pe-1']) }, parts())
    assert.deepEqual([...reading.blind], ['pe-1'])
    assert.deepEqual(isMeasured(reading), ['plant office'])
    assert.equal(reading.floor![transit * 3 + plant], 6e6, 'what is told of a part is no less than that')
    const all = readingOf(network, { window, ...told([]) }, parts())
    assert.equal(cellsOf(network, 'pe-1', all).length, 5)
  })

  test('goes by whether a device exports where counters tell less than most of the window', () => {
    const young = parts({ measurements: measurements(from + 30_000) })
    assert.deepEqual([...readingOf(network, { window, ...told(['pe-1']) }, young).blind], [])
    const silent = { ...young, isExporting: (device: string) => device !== 'pe-1' }
    assert.deepEqual([...readingOf(network, { window, ...told(['pe-1']) }, silent).blind], ['pe-1'])
  })

  test('is enough to know all pairs of this network within a few per cent, without one flow', () => {
    const reading = readingOf(network, { window, ...told(['pe-1', 'pe-2']) }, parts())
    assert.deepEqual(isMeasured(reading), [])
    const { cells, explained } = new MatrixEstimator(3).estimate(reading)
    const off = Math.hypot(...cells.map((rate, cell) => rate - truth[Math.floor(cell / 3)]![cell % 3]!))
    assert.ok(off < 0.05 * Math.hypot(...truth.flat()), `${off} of ${cells.map(Math.round).join(' ')}`)
    assert.ok(explained! > 0.98)
  })

  test('counts what an agent tells of a device without flows, and of no other', () => {
    const toward = new Map([['pe-1', [{ site: plant, rate: 4e6 }]]])
    const matrix = { window, ...told(['pe-1']) }
    const without = readingOf(network, matrix, parts()).sums.length
    const { sums } = readingOf(network, matrix, parts({ toward }))
    assert.equal(sums.length, without + 1)
    assert.deepEqual([...sums.at(-1)!.cells], [office * 3 + plant])
    assert.equal(readingOf(network, { window, ...told([]) }, parts({ toward })).sums.length, without)
  })
})
