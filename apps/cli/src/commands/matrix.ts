/** `vagus matrix`: who sends how much to whom, and the IPv6 share of each pair. @module */
import { estimatedText } from '@vagus/api/insight-words'
import type { Matrix } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { rateText, scaledText, scaleOf, shareText, unknown } from '../format.ts'
import { squareText } from '../matrix-table.ts'
import { footText, keptLine } from '../window.ts'
import { wrapped } from '../wrap.ts'
import { windowOptions, windowQuery } from '../window-options.ts'

export const command = defineCommand({
  name: 'matrix',
  summary: 'who sends how much to whom, IPv4 and IPv6',
  effect: 'ro',
  examples: [
    { line: 'vagus matrix', does: 'between sites, and the IPv6 share of each pair' },
    { line: 'vagus matrix --between edges', does: 'by the edge routers where traffic enters and leaves' },
    { line: 'vagus matrix --measured', does: 'without estimates of what no flows tell of' },
    { line: 'vagus matrix --version 6 --last 15m', does: 'IPv6 only' },
    { line: 'vagus matrix --from 2026-11-27T03:00:00Z --to 2026-11-27T03:10:00Z', does: 'ten minutes of one night' },
  ],
  options: {
    between: {
      type: 'text',
      value: 'WHAT',
      choices: ['sites', 'edges'],
      default: 'sites',
      description: 'sites, or the edge routers of our network',
    },
    version: { type: 'text', value: 'IP', choices: ['all', '4', '6'], default: 'all', description: 'IP version' },
    measured: {
      type: 'flag',
      description: 'only what flows tell; else pairs of sites that no flows tell of are estimated, marked ~',
    },
    ...windowOptions('1m'),
    ...viewOptions,
    output: { ...viewOptions.output, description: 'what to print; wide has each figure in full, in one table' },
  },
  run: (call) => {
    const { between, version } = call.values
    const cells = call.values.measured ? 'measured' : 'all'
    const window = windowQuery(call.values)
    return view<Matrix>(call, {
      ask: (client) => client.get('Matrix', '/v1/matrix', { between, version, cells, ...window }),
      show: matrixText,
      next: ({ total }) =>
        total === 0
          ? 'vagus device ls   (nothing flowed: do the devices export?)'
          : `vagus flow top --by ${between === 'sites' ? 'srcSite,dstSite' : 'ingress,egress'}`,
    })
  },
})

/** Both tables and their basis; one line instead where nothing flowed. */
export function matrixText(matrix: Matrix, canvas: Canvas): string {
  const { columns, paint } = canvas
  if (matrix.names.length === 0) return `no ${matrix.between} configured`
  const isEmpty = matrix.bitsPerSecond.every((row) => row.every((rate) => rate === 0))
  const body = isEmpty ? [`nothing flowed between ${matrix.between} in this time`] : tables(matrix, canvas)
  const lost = matrix.unresolved === 0 ? [] : [`not resolved ${rateText(matrix.unresolved)}`]
  const foot = footText(matrix.window, matrix.coverage, [`all ${rateText(matrix.total)}`, ...lost], columns)
  const { keptSince, window } = matrix
  const kept = keptSince === undefined ? [] : [paint.warn(keptLine(keptSince, window.to))]
  const { estimated } = matrix
  const guessed = estimated === undefined ? [] : wrapped(estimatedText(estimated), columns)
  return [...body, '', ...guessed, paint.faint(foot), ...kept].join('\n')
}

/**
 * Rates in one unit for the whole table, so that they can be compared; those too small for it, and in a wide table all,
 * in their own. Below them the IPv6 shares.
 */
function tables(matrix: Matrix, { columns, paint, detail }: Canvas): string[] {
  const { names, bitsPerSecond: rates, version } = matrix
  const rowSums = rates.map(sumOf)
  const columnSums = names.map((_, sink) => sumOf(rates.map((row) => row[sink]!)))
  const total = sumOf(rowSums)
  const { divisor, prefix } = scaleOf(total)
  const isWide = detail === 'wide'
  const text = (rate: number): string => (isWide && rate > 0 ? rateText(rate) : scaledText(rate, divisor))
  const rateTable = squareText(
    {
      names,
      rows: rates.map((row, source) => row.map((rate, sink) => `${markOf(matrix, source, sink)}${text(rate)}`)),
      rowSums: rowSums.map(text),
      columnSums: columnSums.map(text),
      sum: text(total),
    },
    columns,
    paint.strong,
  )
  const versions = version === 'all' ? 'IPv4 and IPv6' : `IPv${version} only`
  const isMarked = rates.flat().some((rate) => /[A-Za-z]$/.test(text(rate)))
  const unit = isWide ? '' : `${prefix}b/s${isMarked ? ' unless marked,' : ''} `
  const lines = [`${unit}between ${matrix.between}, ${versions}`, '', rateTable]
  return version === 'all' ? [...lines, '', 'IPv6, % of each', '', shareTable(matrix, columns, paint)] : lines
}

const markOf = ({ estimated }: Matrix, source: number, sink: number): string =>
  estimated?.cells[source]?.[sink] === true ? '~' : ''

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

function shareTable(matrix: Matrix, columns: number, paint: Canvas['paint']): string {
  const { names, bitsPerSecond: rates, ipv6Share } = matrix
  const ipv6 = rates.map((row, source) => row.map((rate, sink) => rate * (ipv6Share[source]?.[sink] ?? 0)))
  const percent = (part: number, whole: number): string =>
    whole === 0 ? unknown : shareText(part / whole).replace(' %', '')
  const of = (sink: number, table: readonly (readonly number[])[]): number => sumOf(table.map((row) => row[sink]!))
  return squareText(
    {
      names,
      rows: ipv6Share.map((row) => row.map((share) => (share === null ? '·' : shareText(share).replace(' %', '')))),
      rowSums: rates.map((row, source) => percent(sumOf(ipv6[source]!), sumOf(row))),
      columnSums: names.map((_, sink) => percent(of(sink, ipv6), of(sink, rates))),
      sum: percent(sumOf(ipv6.map(sumOf)), sumOf(rates.map(sumOf))),
    },
    columns,
    paint.strong,
  )
}
