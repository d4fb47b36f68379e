/** `vagus lab run nat`: agents behind NATs and proxies look for direct paths. @module */
import type { NatOptions, NatReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { countOf, countText, millisecondsText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { reasonWords } from '../session/nat-text.ts'
import { type Cell, type Column, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { withLab } from './lab-failure.ts'

interface NatCall {
  /** Such as `home-random`; empty: all. */
  readonly pairs: readonly string[]
  readonly record?: NonNullable<NatOptions['record']>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when a stream lost or repeated something, or a pair had no path. @throws {Failure} */
export async function runNat({ pairs: words, record, output, terminal, signal }: NatCall): Promise<ExitCode> {
  const { isKept, nat, natPairOf } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const report = await withLab(async () => {
      const pairs: NatOptions['pairs'] = words.map(natPairOf)
      return nat({ ...(pairs.length > 0 && { pairs }), ...(record !== undefined && { record }), signal, onNews })
    })
    if (output === 'json') terminal.out(resourceText('NatRun', report))
    else terminal.out(`\n${natText(report, terminal.columns, terminal.paint)}\n`)
    return isKept('nat', report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

const heads: readonly Column[] = [
  { head: 'CALLER', align: 'left' },
  { head: 'CALLED', align: 'left' },
  { head: 'PATH', align: 'left' },
  { head: 'AFTER', align: 'right' },
  { head: 'SENT', align: 'right' },
  { head: 'LOST', align: 'right' },
  { head: 'TWICE', align: 'right' },
  { head: 'GAP', align: 'right' },
  { head: 'CUT', align: 'right' },
  { head: 'WHY NOT DIRECT', align: 'left', shrink: 16 },
]

export function natText({ cells, provenance, substrate, loadavg }: NatReport, columns: number, paint: Paint): string {
  const rows = cells.map(({ ends: [a, b], path, directAfter, sent, lost, repeated, gap, cutGap, why }): Cell[] => [
    a,
    b,
    { text: path, paint: path === 'direct' ? paint.good : paint.warn },
    directAfter === null ? unknown : millisecondsText(directAfter),
    countText(sent),
    { text: countText(lost), paint: lost === 0 ? paint.good : paint.bad },
    { text: countText(repeated), paint: repeated === 0 ? paint.good : paint.bad },
    millisecondsText(gap),
    cutGap === null ? unknown : millisecondsText(cutGap),
    why === null ? '' : reasonWords(why),
  ])
  const [load = 0] = loadavg
  const foot = [
    'a message every 10 ms from the first path on',
    'after: from when there was a session until data went directly',
    'gap: the longest time between two messages until then; cut: the same when the direct path was cut afterwards',
    'home: one NAT; cgn: two; random: another port for each destination; proxy: nothing but an HTTP proxy',
    'lan: behind the same home router; neighbour: behind the same carrier',
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
  return [table(heads, rows, columns, paint.strong), '', ...wrapped(foot, columns)].join('\n')
}
