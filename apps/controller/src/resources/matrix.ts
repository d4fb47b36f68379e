/**
 * How much flows from where to where: live for up to five minutes, if that began by then, else from the store. Live pairs of
 * sites that no flows tell of are estimated.
 * @module
 */
import { rateOf, type Window, windowOf } from '@vagus/analytics'
import { apiVersion, type Matrix } from '@vagus/api'
import { type LiveAnswers, maxLiveSeconds } from '../collector/live-query.ts'
import type { Filling, MatrixDesk } from '../estimation/matrix-desk.ts'
import { shownSites } from '../domain/sites.ts'
import { liveOrStored, ratedPart, storedSpanOf, type View } from '../domain/view.ts'
import type { RequestedWindow } from '../http/backend.ts'
import { domainCoverage, storedCoverage } from './coverage.ts'
import { keptText, windowText } from './windows.ts'

type Between = Matrix['between']
type Version = Matrix['version']

const totalName = { '4': 'ipv4', '6': 'ipv6', all: 'all' } as const satisfies Record<Version, string>

/** Rates by number of source and sink, bits per second. */
interface Cells {
  /** The window that the rates are of. */
  readonly window: Pick<Window, 'from' | 'to'>
  readonly keptSince?: number | undefined
  readonly ipv4: (source: number, sink: number) => number
  readonly ipv6: (source: number, sink: number) => number
  /** `all` with what is no IP, too. */
  readonly total: { readonly ipv4: number; readonly ipv6: number; readonly all: number }
  readonly coverage: number | null
  /** Of live ones. */
  readonly loads?: LiveAnswers['loads']
}

/** @param estimates without, pairs that no flows tell of are as low as flows have them */
export async function matrixOf(
  view: View,
  between: Between,
  version: Version,
  window: RequestedWindow,
  estimates?: Pick<MatrixDesk, 'fill'>,
): Promise<Matrix> {
  const { milliseconds } = window
  const stored = async (): Promise<Cells> => storedCells(view, between, window)
  const cells =
    window.to === undefined && milliseconds <= maxLiveSeconds * 1000
      ? await liveOrStored(view, milliseconds, await liveCells(view, between, milliseconds / 1000), stored)
      : await stored()
  const nodes = nodesOf(view, between)
  const rate = (source: number, sink: number): number =>
    (version === '6' ? 0 : cells.ipv4(source, sink)) + (version === '4' ? 0 : cells.ipv6(source, sink))
  const measured = nodes.map((source) => nodes.map((sink) => rate(source.number, sink.number)))
  const resolved = sumOf(measured)
  const filling = between === 'sites' && version === 'all' ? fillingOf(estimates, nodes, measured, cells) : undefined
  const rows = filling === undefined ? measured : filled(measured, filling)
  const counted = cells.total[totalName[version]]
  const total = filling === undefined ? counted : counted + sumOf(rows) - resolved
  return {
    apiVersion,
    kind: 'Matrix',
    window: windowText(cells.window),
    ...keptText(cells.keptSince),
    between,
    version,
    names: nodes.map(({ name }) => name),
    bitsPerSecond: rows,
    ipv6Share: nodes.map((source) =>
      nodes.map((sink) => {
        const [ipv4, ipv6] = [cells.ipv4(source.number, sink.number), cells.ipv6(source.number, sink.number)]
        return ipv4 + ipv6 > 0 ? ipv6 / (ipv4 + ipv6) : null
      }),
    ),
    total,
    // Sums of shares differ in their last bits.
    unresolved: counted - resolved > counted * 1e-9 ? counted - resolved : 0,
    coverage: cells.coverage,
    ...(filling !== undefined && { estimated: shown(filling) }),
  }
}

const sumOf = (rows: readonly (readonly number[])[]): number => rows.flat().reduce((sum, rate) => sum + rate, 0)

type Nodes = readonly { readonly name: string }[]

function fillingOf(
  estimates: Pick<MatrixDesk, 'fill'> | undefined,
  nodes: Nodes,
  measured: readonly (readonly number[])[],
  { loads }: Pick<Cells, 'loads'>,
): Filling | undefined {
  if (loads === undefined) return undefined
  const placeOf = new Map(nodes.map(({ name }, place) => [name, place]))
  return estimates?.fill({
    window: loads.window,
    loads: loads.items,
    rate: (source, sink) => measured[placeOf.get(source) ?? -1]?.[placeOf.get(sink) ?? -1] ?? 0,
  })
}

/** The estimator has the sites in the same order as the answer: both have those that are shown. */
const filled = (measured: readonly (readonly number[])[], { rates, cells }: Filling): number[][] =>
  measured.map((row, source) =>
    row.map((rate, sink) => (cells[source]![sink] === true ? rates[source * row.length + sink]! : rate)),
  )

function shown({ cells, devices, share, explained, error }: Filling): NonNullable<Matrix['estimated']> {
  return { cells, devices, share, explained, error }
}

/** What is configured now, with the numbers that flow records have for it. */
function nodesOf({ config, domain }: View, between: Between): readonly { name: string; number: number }[] {
  const numbers = new Map(
    (between === 'sites' ? domain.sites : domain.devices).map(({ name }, index) => [name, index + 1]),
  )
  const listed = between === 'sites' ? shownSites(config) : config.devices.filter(({ role }) => role === 'edge')
  return listed.map(({ name }) => ({ name, number: numbers.get(name) ?? 0 }))
}

async function liveCells(view: View, between: Between, seconds: number): Promise<Cells> {
  const { collector } = view
  const [matrix, totals, loads] = await Promise.all([
    collector.ask({ kind: 'matrix', between, seconds }),
    collector.ask({ kind: 'totals', seconds }),
    collector.ask({ kind: 'loads', seconds }),
  ])
  const cell = (rates: Float64Array, source: number, sink: number): number =>
    rates[(source - 1) * matrix.nodes + sink - 1] ?? 0
  return {
    window: matrix.window,
    ipv4: (source, sink) => cell(matrix.ipv4, source, sink),
    ipv6: (source, sink) => cell(matrix.ipv6, source, sink),
    total: { ipv4: totals.ipv4BitsPerSecond, ipv6: totals.ipv6BitsPerSecond, all: totals.bitsPerSecond },
    coverage: domainCoverage(view, loads),
    loads,
  }
}

async function storedCells(view: View, between: Between, window: RequestedWindow): Promise<Cells> {
  const span = await storedSpanOf(view, window)
  const answer = await view.store.matrix({ ...span, between })
  const { from, to } = ratedPart(view, answer, span)
  const rated = windowOf(from, to)
  const found = new Map(answer.cells.map((cell) => [`${cell.source} ${cell.sink}`, cell]))
  const total = (octets: 'octets' | 'ipv4Octets' | 'ipv6Octets'): number =>
    rateOf(
      answer.cells.reduce((sum, cell) => sum + cell[octets], 0),
      rated,
    )
  return {
    window: rated,
    keptSince: answer.keptSince,
    ipv4: (source, sink) => rateOf(found.get(`${source} ${sink}`)?.ipv4Octets ?? 0, rated),
    ipv6: (source, sink) => rateOf(found.get(`${source} ${sink}`)?.ipv6Octets ?? 0, rated),
    total: { ipv4: total('ipv4Octets'), ipv6: total('ipv6Octets'), all: total('octets') },
    coverage: await storedCoverage(view, rated.from, rated.to),
  }
}
