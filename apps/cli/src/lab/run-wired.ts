/** `vagus lab run wired`: a host moves between access routers with one IPv6 address. @module */
import type { WiredOptions, WiredOutcome, WiredReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { countOf, countText, millisecondsText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { withLab } from './lab-failure.ts'

interface WiredCall {
  readonly options: Omit<WiredOptions, 'onNews' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when a planned move lost something, or the stream did not survive. @throws {Failure} */
export async function runWired({ options, output, terminal, signal }: WiredCall): Promise<ExitCode> {
  const { isKept, wired } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const report = await withLab(() => wired({ ...options, signal, onNews }))
    if (output === 'json') terminal.out(resourceText('WiredRun', report))
    else terminal.out(`\n${wiredText(report, terminal.columns, terminal.paint)}\n`)
    return isKept('wired', report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

const heads: readonly Column[] = [
  { head: '', align: 'left' },
  { head: 'VAGUS', align: 'right' },
  { head: 'OTHER ADDRESS', align: 'right' },
  { head: 'ONE LAN', align: 'right' },
]

export function wiredText(report: WiredReport, columns: number, paint: Paint): string {
  const { vagus, without, lan } = report.halves
  const row = (what: string, of: (outcome: WiredOutcome) => string): Cell[] => [what, of(vagus), of(without), of(lan)]
  const kinds = (['planned', 'sudden'] as const).flatMap((kind) => {
    const count = report.moves[kind]
    if (count === 0) return []
    const gap = (of: (gaps: NonNullable<WiredOutcome['kinds']['planned']>['gaps']) => number | null) => {
      return (outcome: WiredOutcome): string => {
        const gaps = outcome.kinds[kind]?.gaps
        const value = gaps === undefined ? null : of(gaps)
        return value === null ? unknown : millisecondsText(value)
      }
    }
    return [
      row(`${kind} (${count}): datagrams lost`, ({ kinds: all }) => countText(all[kind]?.lost ?? 0)),
      row(
        '  gap p50',
        gap(({ p50 }) => p50),
      ),
      row(
        '  gap p95',
        gap(({ p95 }) => p95),
      ),
      row(
        '  gap max',
        gap(({ max }) => max),
      ),
    ]
  })
  const rows = [
    row('datagrams sent', ({ sent }) => countText(sent)),
    row('datagrams lost', ({ lost }) => countText(lost)),
    ...kinds,
    row('TCP stream', ({ stream: { state, arrived, sent } }) =>
      state === 'whole' ? 'whole' : `${countText(arrived)} of ${countText(sent)}`,
    ),
  ]
  const { killed, attachedAfter, address } = report
  const slowest = Math.max(...attachedAfter)
  const below = [
    `an edge had attached ${address} at most ${millisecondsText(slowest)} after the new link was up`,
    `kill -9 of the agent beside its router: the route was gone after ${millisecondsText(killed.withdrawnAfter)}, and back after ${millisecondsText(killed.backAfter)}`,
    '',
    footOf(report),
  ]
  return [table(heads, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

function footOf({ routers, interval, provenance, substrate, loadavg }: WiredReport): string {
  const [load = 0] = loadavg
  return [
    `a move every ${interval / 1000} s, one datagram every 10 ms, gaps between arrivals`,
    'other address: that of the first link, which the host has again whenever it is back there',
    'one LAN: the host moves between two ports of one switch, which learns from unsolicited neighbour advertisements',
    routers.join(', '),
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
