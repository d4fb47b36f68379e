/** `vagus lab run intruder`: what a stranger, and members that want more than they may, get in a network of agents. @module */
import type { IntruderOptions, IntruderReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { countOf, countText, millisecondsText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { stepLine } from './bring-up.ts'
import { withLab } from './lab-failure.ts'

interface IntruderCall {
  readonly options: Omit<IntruderOptions, 'onStep' | 'onNews' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when anything got in. @throws {Failure} */
export async function runIntruder({ options, output, terminal, signal }: IntruderCall): Promise<ExitCode> {
  const { isKept, intruder } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const report = await withLab(() =>
      intruder({ ...options, signal, onNews, onStep: (step) => stepLine(terminal, step) }),
    )
    if (output === 'json') terminal.out(resourceText('IntruderRun', report))
    else terminal.out(`\n${intruderText(report, terminal.columns, terminal.paint)}\n`)
    return isKept('intruder', report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

/** Two lines for each attempt: what was tried how often, and what came of it. */
export function intruderText(report: IntruderReport, columns: number, paint: Paint): string {
  const { attempts, gotIn, stream } = report
  const lines = attempts.flatMap(({ what, times, outcome, gotIn: own }) => {
    const mark = own === 0 ? paint.good('✓') : paint.bad('✗')
    const [first = '', ...more] = wrapped(`${countText(times)} × ${what}`, columns - 3)
    return [
      ` ${mark} ${first}`,
      ...[...more, ...wrapped(printable(outcome), columns - 5).map((line) => `  ${line}`)].map((line) => `   ${line}`),
    ]
  })
  const said = gotIn === 0 ? 'nothing got in' : paint.bad(`${countOf(gotIn, 'attempt')} got in`)
  const below = [
    `meanwhile a member read a stream: ${countOf(stream.parts, 'part')}, ${stream.lost} lost, ${stream.repeated} twice, longest gap ${millisecondsText(stream.longestGap)}`,
    '',
    footOf(report),
  ]
  return [...lines, '', said, ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

function footOf({ provenance, substrate, loadavg }: IntruderReport): string {
  const [load = 0] = loadavg
  return [
    'a port answers when an octet comes back to somebody who proves nothing; TCP that accepts and says nothing does not',
    'stateless: without public keys, without state, and shorter than what it answers',
    "executed is counted by the agent's own program",
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
