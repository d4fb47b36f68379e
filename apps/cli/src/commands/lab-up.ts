/** `vagus lab up`: a network of real routers on this machine, with traffic, exporters and a controller. @module */
import type { LabUp } from '@vagus/lab'
import { defineCommand } from '../command.ts'
import { buildConsole, needsBuild } from '../console-page.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { jsonText } from '../json.ts'
import { bringUp, holdUntilStopped, shellLines } from '../lab/bring-up.ts'
import { withLab } from '../lab/lab-failure.ts'
import { labOptionsOf, recordOf, recordOptions, referenceOf, upOptions, whichLab } from '../lab/lab-options.ts'

export const command = defineCommand({
  name: 'lab up',
  summary: 'a network of real routers with traffic, on this machine',
  effect: 'rw',
  examples: [
    { line: 'vagus lab up', does: 'brings it up; Ctrl-C takes it down' },
    { line: 'vagus lab up --detach', does: 'leaves it running; vagus lab down ends it' },
    { line: 'vagus lab up --topology small --detach --json', does: 'for programs' },
    { line: 'vagus lab up --record out', does: 'with captures of every node, to open in Wireshark' },
  ],
  options: {
    detach: { type: 'flag', short: 'd', description: 'leave it running and return at once' },
    ...upOptions,
    ...recordOptions,
    ...whichLab,
    ...jsonOption,
  },
  async run(call) {
    const { values, terminal } = call
    if (await needsBuild()) {
      // Here, so that the controller need not: beside everything else that starts it takes longer than the lab waits.
      const { readTopology } = await import('@vagus/lab/up')
      await withLab(async () => readTopology(values.topology))
      await buildConsole(terminal)
    }
    const mode = values.detach ? 'detached' : 'attached'
    const up = await bringUp({ ...labOptionsOf(values), ...recordOf(values), ...referenceOf(values), mode }, call)
    if (up === undefined) return exitCode.interrupted
    if (values.json) terminal.out(jsonText(labResource(up)))
    else terminal.out(`${up.console}\n`)
    if (mode === 'detached') {
      const next = [...shellLines(up.console), 'vagus status', 'vagus matrix', 'vagus lab ls', 'vagus lab down']
      if (terminal.person) terminal.err(`\nnext: ${next.join(' · ')}\n`)
      return exitCode.ok
    }
    terminal.err('\nCtrl-C takes everything down.\n')
    await holdUntilStopped(up, call)
    return exitCode.ok
  },
})

/** The state; `down` and `ended` are for programs in this process and do not print. */
const labResource = (up: LabUp): object => ({
  apiVersion: 'vagus/v1',
  kind: 'Lab',
  ...up,
  down: undefined,
  ended: undefined,
})
