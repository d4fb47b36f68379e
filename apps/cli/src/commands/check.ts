/** `vagus check [WHAT]`: a plugin for Nagios, Icinga and what else runs their plugins. @module */
import { pluginExit, pluginLine, type Ranges } from '../check/plugin-output.ts'
import { judged } from '../check/probe.ts'
import { type ProbeName, probeNames, probes } from '../check/probes.ts'
import { type Range, readRange } from '../check/range.ts'
import { type Call, defineCommand } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'

const options = {
  warning: {
    type: 'text',
    short: 'w',
    value: 'RANGE',
    description: 'alert by the figure of WHAT, such as 80, 10:, @10:20 or ~:5; without ranges vagus doctor decides',
  },
  critical: { type: 'text', short: 'c', value: 'RANGE', description: 'the same for CRITICAL' },
  timeout: { type: 'count', short: 't', value: 'SECONDS', min: 1, max: 600, default: 10, description: 'then CRITICAL' },
  ...controllerOption,
} as const satisfies Options

const figures = probeNames.map((name) => `${name}: ${probes[name].figure}`).join('; ')

export const command = defineCommand({
  name: 'check',
  summary: 'a plugin for Nagios and Icinga: one line, exit 0 to 3',
  effect: 'ro',
  examples: [
    { line: 'vagus check', does: 'does the controller answer, and is it ready?' },
    { line: 'vagus check links -w 80 -c 90', does: 'percent of the busiest link' },
    { line: 'vagus check store -w 20000000000: -c 5000000000:', does: 'octets free for its state' },
  ],
  arguments: [
    {
      name: 'WHAT',
      description: `default controller; its figure in parentheses (${figures})`,
      presence: 'optional',
      choices: probeNames,
    },
  ],
  options,
  async run(call) {
    const ranges = rangesOf(call)
    const what = (call.words[0] ?? 'controller') as ProbeName // one of the choices
    const late = AbortSignal.timeout(call.values.timeout * 1000)
    const client = clientFor({ ...call, signal: AbortSignal.any([call.signal, late]) })
    const found = await probes[what].ask(client).catch((error: unknown) => {
      if (!late.aborted) throw error
      throw new Failure(exitCode.timeout, `${client.address.text} did not answer within ${call.values.timeout} s`)
    })
    const { state, text } = judged(found, ranges)
    call.terminal.out(`${pluginLine(state, text, found.figures, ranges)}\n`)
    return pluginExit[state]
  },
  failed(error, terminal) {
    const isAbsent = error instanceof Failure && absences.includes(error.exit)
    const state = isAbsent ? 'CRITICAL' : 'UNKNOWN'
    const { message } = error instanceof Error ? error : new Error(String(error))
    const fix = error instanceof Failure && error.fix !== '' ? ` (${error.fix})` : ''
    terminal.out(`${pluginLine(state, `${message}${fix}`)}\n`)
    return pluginExit[state]
  },
})

/** Nothing answers: that is what is to be found out. All else is a mistake of who asks. */
const absences: readonly number[] = [exitCode.unreachable, exitCode.timeout]

function rangesOf({ values }: Call<typeof options>): Ranges {
  const read = (name: 'warning' | 'critical'): Range | undefined => {
    const text = values[name]
    if (text === undefined) return undefined
    const range = readRange(text)
    if (range !== undefined) return range
    throw new Failure(exitCode.usage, `--${name} must be a range such as 80, 10:, ~:5 or @10:20, got "${text}"`)
  }
  return { warning: read('warning'), critical: read('critical') }
}
