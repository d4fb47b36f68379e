/** `vagus lab run line`: what a private line gives in a full network, and what it outlives. @module */
import type { LineOptions, LineReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { capacityText, countOf, countText, rateText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { printable, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { stepLine } from './bring-up.ts'
import { withLab } from './lab-failure.ts'

interface LineCall {
  readonly options: Omit<LineOptions, 'onStep' | 'onNews' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** @throws {Failure} */
export async function runLine({ options, output, terminal, signal }: LineCall): Promise<ExitCode> {
  const { line } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const report = await withLab(() => line({ ...options, signal, onNews, onStep: (step) => stepLine(terminal, step) }))
    if (output === 'json') terminal.out(resourceText('LineRun', report))
    else terminal.out(`\n${lineRunText(report, terminal.columns, terminal.paint)}\n`)
    return exitCode.ok
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

type Stretch = LineReport['stretches']['idle']
type RoundTrips = Stretch['roundTrips']

/** The stretches side by side, and below what was done to the line. */
export function lineRunText(report: LineReport, columns: number, paint: Paint): string {
  const { idle, loaded, line } = report.stretches
  const row = (name: string, cell: (stretch: Stretch) => string): string[] => [
    name,
    ...[idle, loaded, line].map((one) => cell(one)),
  ]
  const rows = [
    row('round trip, p50', ({ roundTrips }) => delay(roundTrips.p50)),
    row('round trip, p99', ({ roundTrips }) => delay(roundTrips.p99)),
    row('probes lost', ({ roundTrips: { sent, lost } }) => `${countText(lost)} of ${countText(sent)}`),
    row('TCP, without headers', ({ goodput }) => rateText(goodput)),
  ]
  const shape = ['', 'BEST EFFORT, IDLE', 'BEST EFFORT, FULL', 'LINE, FULL'].map((head, at) => ({
    head,
    align: at === 0 ? ('left' as const) : ('right' as const),
  }))
  const below = [...happenings(report), '', footOf(report)]
  return [table(shape, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

function happenings(report: LineReport): readonly string[] {
  const { order, planned, protectedCut, cut, refusal, spoof, dead, release } = report
  const { setUp } = order
  const asked = `${order.by} ordered ${capacityText(order.bitsPerSecond)} both ways, ${rateText(order.onTheWire)} of each link`
  const alternative = refusal.alternative === null ? '' : `; instead: ${printable(refusal.alternative)}`
  const left = countOf(release.left.length, 'difference')
  return [
    `${asked}: active over ${order.path} after ${seconds(order.command)}, of which the routers took ${setUp === null ? unknown : `${Math.round(setUp)} ms`}`,
    comparison(report),
    `planned move to ${planned.to}: ${movedText(planned)}`,
    `${protectedCut.link} unplugged, with the second path ${protectedCut.to}: ${lostText(protectedCut.roundTrips)}, longest gap ${delay(protectedCut.roundTrips.gap)}`,
    `${cut.link} unplugged, without a second path, move to ${cut.to}: ${movedText(cut)}, longest gap ${delay(cut.roundTrips.gap)}`,
    `${capacityText(refusal.bitsPerSecond)} more: refused with exit ${refusal.exit}: ${printable(refusal.because)}${alternative}`,
    `its SID from another site: ${spoof.dropped} of ${spoof.sent} packets dropped at the edge, ${spoof.answered} answered`,
    `controller killed: ${lostText(dead.controller)}; agent of its first router killed: ${lostText(dead.device)}`,
    `released in ${seconds(release.command)}; routes, rules, queues and filters of all routers: ${left} to before${release.left.length === 0 ? '' : ':'}`,
    ...release.left.map((line) => `  ${printable(line)}`),
  ]
}

/** The line against best effort under the same load. */
function comparison({ stretches: { loaded, line }, order }: LineReport): string {
  const [with99, without99] = [line.roundTrips.p99, loaded.roundTrips.p99]
  const ratio = with99 === null || without99 === null || with99 === 0 ? unknown : `1/${Math.round(without99 / with99)}`
  return `under load: p99 is ${ratio} of that of best effort; TCP gets ${(line.goodput / order.bitsPerSecond).toFixed(2)} of the ordered rate`
}

const movedText = ({ after, roundTrips }: LineReport['planned']): string =>
  `after ${seconds(after)}, ${lostText(roundTrips)}, worst round trip ${delay(roundTrips.worst)}`

const lostText = ({ sent, lost }: RoundTrips): string => `${countText(lost)} of ${countText(sent)} lost`

function footOf({ capacity, crossLoad, provenance, substrate, loadavg }: LineReport): string {
  const [load = 0] = loadavg
  return [
    `core links of ${capacityText(capacity)}; full is ${rateText(crossLoad)} of UDP from another site over the same link, one way`,
    'round trips are of ICMP echo every 10 ms, timed and answered by kernels',
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}

/** Of milliseconds. */
const delay = (milliseconds: number | null): string =>
  milliseconds === null ? unknown : `${milliseconds.toFixed(milliseconds < 9.995 ? 2 : 1)} ms`
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(milliseconds < 1000 ? 2 : 1)} s`
