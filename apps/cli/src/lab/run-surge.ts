/** `vagus lab run surge SOURCE SINK`. @module */
import type { LabReference } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Terminal } from '../terminal.ts'
import { withLab } from './lab-failure.ts'

interface SurgeCall {
  readonly ends: readonly string[]
  readonly factor: number
  readonly seconds: number
  readonly which: LabReference
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
}

/** @throws {Failure} */
export async function runSurge({ ends, factor, seconds, which, output, terminal }: SurgeCall): Promise<ExitCode> {
  const [source, sink] = ends
  if (source === undefined || sink === undefined) {
    const missing = source === undefined ? 'SOURCE, the site that sends' : 'SINK, the site that receives'
    throw new Failure(exitCode.usage, `"vagus lab run surge" needs ${missing}`, 'see: vagus lab run --help')
  }
  const { labSurge } = await import('@vagus/lab/running')
  const surge = { source, sink, factor, seconds }
  await withLab(() => labSurge(surge, which))
  if (output === 'json') terminal.out(resourceText('Surge', surge))
  else terminal.out(`${source} → ${sink}: ${factor} times the traffic for ${durationText(seconds)}\n`)
  if (terminal.person) terminal.err('\nnext: vagus link ls --watch · vagus matrix --last 30s --watch\n')
  return exitCode.ok
}
