/** `vagus lab fault …`: breaks something on purpose, and says how to repair it. @module */
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { durationText } from '../format.ts'
import { resourceText } from '../json.ts'
import { withLab } from '../lab/lab-failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'

/** First words of the lab's `faultForms`, compared by a test: importing those would load the lab for every help. */
export const faultKinds = [
  'link-down',
  'link-up',
  'stop-exporter',
  'start-exporter',
  'kill',
  'restart',
  'fill-disk',
  'free-disk',
] as const

export const command = defineCommand({
  name: 'lab fault',
  summary: 'break something in the lab, or repair it',
  effect: 'rw',
  examples: [
    { line: 'vagus lab fault link-down pe-1-p-1 --for 30s', does: 'unplugs a link for a while' },
    { line: 'vagus lab fault stop-exporter pe-2', does: 'ends its flow exporters; start-exporter repairs it' },
    { line: 'vagus lab fault kill controller', does: 'kill -9; restart controller repairs it' },
    { line: 'vagus lab fault fill-disk --for 1m', does: "fills the controller's disk" },
  ],
  arguments: [
    { name: 'FAULT', description: 'what to break or repair', presence: 'required', choices: faultKinds },
    { name: 'OBJECT', description: 'the link, router or program', presence: 'optional' },
  ],
  options: {
    for: { type: 'duration', value: 'TIME', description: 'undo it after this time (default: it stays)' },
    ...whichLab,
    ...jsonOption,
  },
  async run({ values, words, terminal }) {
    const { faultOf, labFault } = await import('@vagus/lab/running')
    const receipt = await withLab(async () => labFault(faultOf(words, values.for), referenceOf(values)))
    const { fault, undo, forSeconds } = receipt
    if (values.json) terminal.out(resourceText('Fault', receipt))
    else terminal.out(`${fault}${forSeconds === null ? '' : `, for ${durationText(forSeconds)}`}\n`)
    const repair = undo === null || forSeconds !== null ? '' : `repair it: vagus lab fault ${undo.join(' ')} · `
    if (terminal.person) terminal.err(`\nnext: ${repair}vagus events -f\n`)
    return exitCode.ok
  },
})
