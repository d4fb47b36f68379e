/** The matrix of the fixture: one site is as if no flows told what it sends. */
import { type Matrix, matrixSchema } from '@vagus/api'

/** As if no flows told what one of them sends. */
const estimatedRow = (names: readonly string[], row: number) => ({
  cells: names.map((_, source) => names.map((__, sink) => source === row && sink !== row)),
  devices: ['pe-2'],
  share: 0.12,
  explained: 0.94,
  error: 0.081,
})

/** @param ends sites or edges; none where nothing is configured */
export function matrixAnswer(
  query: URLSearchParams,
  window: Matrix['window'],
  ends: { readonly sites: readonly string[]; readonly edges: readonly string[] },
): Matrix {
  const between = query.get('between') === 'edges' ? 'edges' : 'sites'
  const version = query.get('version') ?? 'all'
  const names = ends[between]
  const isEmpty = names.length === 0
  const part = { all: 1, '4': 0.57, '6': 0.43 }[version] ?? 1
  const bitsPerSecond = names.map((_, source) =>
    names.map((__, sink) => (source === sink ? 0 : part * 2e6 * (1 + ((source * 7 + sink * 11) % 13)) ** 1.2)),
  )
  return matrixSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'Matrix',
    window,
    between,
    version,
    names,
    bitsPerSecond,
    ipv6Share: bitsPerSecond.map((row) => row.map((value) => (value > 0 ? 0.43 : null))),
    total: bitsPerSecond.flat().reduce((sum, value) => sum + value, 0),
    unresolved: isEmpty ? 0 : 1.2e6,
    coverage: isEmpty ? null : 0.981,
    ...(!isEmpty && between === 'sites' && version === 'all' && { estimated: estimatedRow(names, 1) }),
  })
}
