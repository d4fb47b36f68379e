/** A matrix of many names becomes that of the names with most traffic. @module */
import type { Matrix } from '@vagus/api'
import { type Fitted, maxAnswerOctets, whole } from './fit.ts'

/** A pair of names has at least a rate and a share, of an octet and a comma each. */
const mostNames = Math.floor(Math.sqrt(maxAnswerOctets / 4))

/** Sums and coverage stay those of all names. `undefined`: not even one name fits. */
export function fitMatrix(matrix: Matrix): Fitted | undefined {
  const all = matrix.names.length
  const ranked = byTraffic(matrix)
  for (let size = Math.min(all, mostNames); size >= 0; size--) {
    const answer = whole(size === all ? matrix : partOf(matrix, ranked.slice(0, size)))
    if (answer === undefined) continue
    const [by, filter] = matrix.between === 'sites' ? ['srcSite,dstSite', 'srcSite'] : ['ingress,egress', 'ingress']
    const rest = `network_top_flows by ${by}, with a filter such as ${filter}=NAME, has the others`
    return { answer, cut: size === all ? [] : [`the ${size} of ${all} names with most traffic; ${rest}`] }
  }
  return undefined
}

/** Places of the names, that with most traffic of either direction first. */
function byTraffic({ names, bitsPerSecond }: Matrix): readonly number[] {
  const sums = names.map((_, at) =>
    bitsPerSecond.reduce(
      (sum, row) => sum + row[at]!,
      bitsPerSecond[at]!.reduce((sum, rate) => sum + rate, 0),
    ),
  )
  return names.map((_, at) => at).sort((a, b) => sums[b]! - sums[a]!)
}

/** In the order of all names. */
function partOf(matrix: Matrix, places: readonly number[]): Matrix {
  const kept = places.toSorted((a, b) => a - b)
  const square = <Cell>(rows: readonly (readonly Cell[])[]): Cell[][] => kept.map((a) => kept.map((b) => rows[a]![b]!))
  return {
    ...matrix,
    names: kept.map((at) => matrix.names[at]!),
    bitsPerSecond: square(matrix.bitsPerSecond),
    ipv6Share: square(matrix.ipv6Share),
    ...(matrix.estimated !== undefined && {
      estimated: { ...matrix.estimated, cells: square(matrix.estimated.cells) },
    }),
  }
}
