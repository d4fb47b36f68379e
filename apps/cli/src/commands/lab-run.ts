/** `vagus lab run surge SOURCE SINK`: something that happens to the traffic of a lab. @module */
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { durationText } from '../format.ts'
import { withLab } from '../lab/lab-failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'
import type { Options } from '../option.ts'

const options = {
  factor: { type: 'count', value: 'TIMES', min: 2, max: 100, default: 4, description: 'times the demand of the pair' },
  for: { type: 'duration', value: 'TIME', default: '60s', description: 'how long' },
  ...whichLab,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'lab run',
  summary: "make something happen to the lab's traffic",
  effect: 'rw',
  examples: [
    { line: 'vagus lab run surge office dc-east', does: 'four times the traffic of one pair, for a minute' },
    { line: 'vagus lab run surge transit field --factor 10 --for 5m', does: 'more, longer' },
  ],
  arguments: [
    { name: 'WHAT', description: 'what happens', presence: 'required', choices: ['surge'] },
    { name: 'SOURCE', description: 'the site that sends', presence: 'required' },
    { name: 'SINK', description: 'the site that receives', presence: 'required' },
  ],
  options,
  async run({ values, words: [, source, sink], terminal }: Call<typeof options>) {
    const { labSurge } = await import('@vagus/lab')
    const surge = { source: source!, sink: sink!, factor: values.factor, seconds: values.for }
    await withLab(() => labSurge(surge, referenceOf(values)))
    if (values.json) terminal.out(`${JSON.stringify({ apiVersion: 'vagus/v1', kind: 'Surge', ...surge }, null, 2)}\n`)
    else terminal.out(`${source} → ${sink}: ${values.factor} times the traffic for ${durationText(values.for)}\n`)
    if (terminal.person) terminal.err('\nnext: vagus link ls --watch · vagus matrix --last 30s --watch\n')
    return exitCode.ok
  },
})
