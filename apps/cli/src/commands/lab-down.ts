/** `vagus lab down`: ends a lab and leaves nothing behind. @module */
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { durationText } from '../format.ts'
import { resourceText } from '../json.ts'
import { withLab } from '../lab/lab-failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'

export const command = defineCommand({
  name: 'lab down',
  summary: 'end a lab with all its processes, namespaces and files',
  effect: 'rw',
  examples: [{ line: 'vagus lab down', does: 'the running lab' }],
  options: { ...whichLab, ...jsonOption },
  async run({ values, terminal }) {
    const { labDown } = await import('@vagus/lab/running')
    const { name, seconds } = await withLab(() => labDown(referenceOf(values)))
    if (values.json) terminal.out(resourceText('LabDown', { name, seconds }))
    else terminal.out(`lab ${name} is down after ${durationText(seconds)}\n`)
    return exitCode.ok
  },
})
