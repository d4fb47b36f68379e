/** `vagus lab move AGENT NETWORK`: moves an agent of a lab to another of its access networks. @module */
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { resourceText } from '../json.ts'
import { withLab } from '../lab/lab-failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'

export const command = defineCommand({
  name: 'lab move',
  summary: 'move an agent of the lab to another access network',
  effect: 'rw',
  examples: [
    { line: 'vagus lab move reader 5g', does: 'announced, and connected before the old network goes' },
    {
      line: 'vagus lab move reader wifi --sudden',
      does: 'the old network dies at once, without a sign',
    },
  ],
  arguments: [
    { name: 'AGENT', description: 'an agent of "vagus lab ls"', presence: 'required' },
    { name: 'NETWORK', description: 'one of its networks', presence: 'required' },
  ],
  options: {
    planned: { type: 'flag', description: 'the agent is notified and has both networks for a while (default)' },
    sudden: { type: 'flag', description: 'the old network dies silently as the new one comes up' },
    ...whichLab,
    ...jsonOption,
  },
  async run({ values, words: [agent, network], terminal }) {
    if (values.planned && values.sudden) {
      throw new Failure(exitCode.usage, 'a move is either --planned or --sudden', 'see: vagus lab move --help')
    }
    const { labMove } = await import('@vagus/lab/running')
    const move = { agent: agent!, network: network!, how: values.sudden ? 'sudden' : 'planned' } as const
    const receipt = await withLab(() => labMove(move, referenceOf(values)))
    const { from, to, how } = receipt
    if (values.json) terminal.out(resourceText('Move', receipt))
    else terminal.out(`${agent}: ${from} → ${to}, ${how}\n`)
    if (terminal.person) terminal.err(`\nnext: vagus lab ls · back: vagus lab move ${agent} ${from}\n`)
    return exitCode.ok
  },
})
