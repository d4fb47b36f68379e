/**
 * Traffic matrices of networks without flow export: how far estimates are from what was measured. And how well it is foreseen
 * that a link fills up. All figures but times follow from data, so every run gives the same.
 */
import type { Row } from '../scripts/bench.ts'
import { needsData } from '../scripts/needs.ts'
import { type Foreseen, foresee } from './insight/crossings.ts'
import { errorOf, others, ours, readingOf, simpleGravity, tomogravity } from './insight/estimates.ts'
import { abilene, abileneRouting, files, geant, type Network, valuesOf } from './insight/networks.ts'
import { MatrixEstimator } from '../packages/analytics/src/index.ts'

/** Records of each router in a step. */
const records = 3

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  for (const file of Object.values(files)) {
    const missing = needsData(file)
    if (missing !== false) throw new Error(missing)
  }
  const rows: Row[] = []
  for (const [network, aim] of [
    [abilene(), '<= 0.07'],
    [geant(), '<= 0.06'],
  ] as const) {
    progress(`matrices of ${network.name}`)
    rows.push(...estimateRows(network, aim))
  }
  rows.push(publishedRow())
  for (const [network, least] of [
    [abilene([3, 2]), 0.5 / 0.413],
    [geant(), 0.27 / 0.207],
  ] as const) {
    progress(`links of ${network.name}`)
    rows.push(...foresightRows(network, foresee(network), least))
  }
  return rows
}

function estimateRows(network: Network, aim: string): readonly Row[] {
  const gravity = others(network, 0, simpleGravity)
  const tomo = others(network, 0, tomogravity)
  const tomoTold = others(network, records, tomogravity)
  const told = ours(network, records, 'remembering')
  const fresh = ours(network, records, 'fresh')
  const untold = ours(network, 0, 'remembering')
  return [
    {
      claim: `${network.name}: error of the matrix, ${records} records a router, nothing known before, against tomogravity with the same`,
      unit: 'relative L2',
      ours: told.mean,
      peer: tomoTold.mean,
      ratio: tomoTold.mean / told.mean,
      aim,
      note: `p95 ${told.p95.toFixed(3)}; each snapshot by itself ${fresh.mean.toFixed(3)}; simple gravity ${gravity.mean.toFixed(3)}`,
    },
    {
      claim: `${network.name}: the same without records`,
      unit: 'relative L2',
      ours: untold.mean,
      peer: tomo.mean,
      ratio: tomo.mean / untold.mean,
      aim: 'better',
      note: `p95 ${untold.p95.toFixed(3)}, of tomogravity ${tomo.p95.toFixed(3)}`,
    },
    {
      claim: `${network.name}: time of a matrix`,
      unit: 'ms',
      ours: told.milliseconds,
      peer: tomo.milliseconds,
      ratio: tomo.milliseconds / told.milliseconds,
      aim: '<= 15 ms',
    },
  ]
}

/** Zhang's own estimates of his first 36 matrices: without the diagonal, as ours. */
function publishedRow(): Row {
  const nodes = 12
  const values = valuesOf(files.published)
  const cells = nodes * nodes
  const network = { nodes, routing: abileneRouting() } as Network
  const errors = { ours: [] as number[], gravity: [] as number[], tomogravity: [] as number[] }
  for (let step = 0; step < 36; step++) {
    const of = (column: number): Float64Array =>
      Float64Array.from({ length: cells }, (_, cell) =>
        Math.floor(cell / nodes) === cell % nodes ? 0 : values[(step * cells + cell) * 5 + column]!,
      )
    const truth = of(0)
    errors.ours.push(errorOf(new MatrixEstimator(nodes).estimate(readingOf(network, truth, 0)).cells, truth))
    errors.gravity.push(errorOf(of(1), truth))
    errors.tomogravity.push(errorOf(of(2), truth))
  }
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length
  return {
    claim:
      "the author's 36 matrices of Abilene: error of ours without records and memory, against his own simple tomogravity",
    unit: 'relative L2',
    ours: mean(errors.ours),
    peer: mean(errors.tomogravity),
    ratio: mean(errors.tomogravity) / mean(errors.ours),
    aim: 'on par',
    note: `his simple gravity ${mean(errors.gravity).toFixed(3)}`,
  }
}

function foresightRows({ name }: Network, found: Foreseen, least: number): readonly Row[] {
  const { precision, samples, came, reliability, millisecondsPerStep } = found
  const off =
    reliability.reduce((sum, { said, chance, came: part }) => sum + said * Math.abs(chance - part), 0) / samples
  const share = (value: number): string => value.toFixed(3)
  return [
    {
      claim: `${name}: that a load crosses its level within 30 min, against how near it is`,
      unit: 'average precision',
      ours: precision.ours,
      peer: precision.level,
      ratio: precision.ours / precision.level,
      aim: `>= ${least.toFixed(2)} times`,
      note: `${samples} samples, ${((100 * came) / samples).toFixed(1)} % came; learned in training alone ${share(precision.frozen)}; distance in usual climbs ${share(precision.climbs)}, trend ${share(precision.trend)}, yesterday's climb ${share(precision.season)}; ${millisecondsPerStep.toFixed(1)} ms a step`,
    },
    {
      claim: `${name}: how far the chance is from what came, mean over the forecasts by tenths`,
      unit: 'points of 100',
      ours: 100 * off,
      peer: null,
      ratio: null,
      aim: '<= 2',
      note: `said → came: ${reliability.map(({ chance, came: part }) => `${chance.toFixed(2)} → ${part.toFixed(2)}`).join(', ')}`,
    },
  ]
}
