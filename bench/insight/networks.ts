/**
 * Two networks whose matrices were measured, from the shared data folder, with the routing that their topologies give. Nothing
 * of them is in this repository.
 * @module
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { routingOf, type Share } from '../../packages/analytics/src/index.ts'
import { dataPath } from '../../scripts/needs.ts'

export interface Network {
  readonly name: string
  readonly nodes: number
  readonly stepsPerDay: number
  /** Steps in half an hour. */
  readonly horizon: number
  /** One for each link and way. */
  readonly routing: readonly Share[]
  /** Off-diagonal rates of each step, Mbit/s. */
  readonly steps: readonly Float64Array[]
  /** The first step of the test; all before are training. */
  readonly test: number
}

export const files = {
  abilene: 'te/abilene-w1.f32.gz',
  geant: 'te/geant-2005-01..03.f32.gz',
  published: 'te/abilene-x01-36-with-published-tomogravity.f32.gz',
} as const

/** Days 1-5, then 6-7. @param days other ones: training, then test */
export function abilene(days: readonly [training: number, test: number] = [5, 2]): Network {
  const stepsPerDay = 288
  const steps = matricesOf(files.abilene, 12).slice(0, (days[0] + days[1]) * stepsPerDay)
  const name = `Abilene, days 1-${days[0]} → ${days[0] + 1}-${days[0] + days[1]}`
  return { name, nodes: 12, stepsPerDay, horizon: 6, routing: abileneRouting(), steps, test: days[0] * stepsPerDay }
}

export const abileneRouting = (): readonly Share[] => routed('te/abilene-topology.json', ({ weight }) => weight!)

/** January and February, then March. Corrupt and near-empty matrices are left out, as the data's README says. */
export function geant(): Network {
  const all = matricesOf(files.geant, 23)
  const totals = all.map((rates) => rates.reduce((sum, rate) => sum + rate, 0))
  const median = totals.toSorted((one, other) => one - other)[totals.length >> 1]!
  const isSound = (at: number): boolean => totals[at]! >= 0.2 * median && totals[at]! <= 4 * median
  const march = 5251
  return {
    name: 'GEANT, January-February → March',
    nodes: 23,
    stepsPerDay: 96,
    horizon: 2,
    routing: routed('te/geant-topology.json', ({ capMbps, delayMs }) => 1e5 / capMbps + delayMs! / 1000),
    steps: all.filter((_, at) => isSound(at)),
    test: all.slice(0, march).filter((_, at) => isSound(at)).length,
  }
}

interface TopologyLink {
  readonly src: number
  readonly dst: number
  readonly capMbps: number
  readonly weight?: number
  readonly delayMs?: number
}

function routed(file: string, weightOf: (link: TopologyLink) => number): readonly Share[] {
  const { nodes, links } = JSON.parse(readFileSync(dataPath(file), 'utf8')) as {
    readonly nodes: readonly string[]
    readonly links: readonly TopologyLink[]
  }
  return routingOf(
    nodes.length,
    links.map((link) => ({ from: link.src, to: link.dst, weight: weightOf(link) })),
  )
}

/** Rows of little-endian float32, without what stays within a node. */
function matricesOf(file: string, nodes: number): readonly Float64Array[] {
  const values = valuesOf(file)
  const cells = nodes * nodes
  return Array.from({ length: values.length / cells }, (_, step) =>
    Float64Array.from({ length: cells }, (_, cell) =>
      Math.floor(cell / nodes) === cell % nodes ? 0 : values[step * cells + cell]!,
    ),
  )
}

export function valuesOf(file: string): Float32Array {
  const octets = gunzipSync(readFileSync(dataPath(file)))
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  return Float32Array.from({ length: octets.length / 4 }, (_, at) => view.getFloat32(at * 4, true))
}
