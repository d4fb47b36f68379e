/** `vagus proposal undo ID`: ends the traffic classes of an approved proposal before their time. @module */
import type { ProposedClass } from '@vagus/api/steering'
import type { ActuationUndone } from '@vagus/api/telemetry'
import { showWords } from '../bgp/agent.ts'
import type { Client } from '../client.ts'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { isLeft } from '../steering/approval.ts'
import { askProposal } from '../steering/ask-proposal.ts'
import { activeAt, endClass, steeringAt, uncutAgentOf } from '../steering/classes.ts'
import { ownClasses } from '../steering/own-classes.ts'

export const command = defineCommand({
  name: 'proposal undo',
  summary: 'end what an approved proposal has in force, before its time',
  effect: 'rw',
  examples: [{ line: 'vagus proposal undo transit-7', does: 'its prefixes enter again where the neighbour likes' }],
  arguments: [{ name: 'ID', description: 'an id of "vagus proposal ls"', presence: 'required' }],
  options: { ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, terminal } = call
    const client = clientFor(call)
    const proposal = await askProposal(client, call.words[0]!)
    const isOwn = await ownClasses(client, proposal)
    const agents = new Map<string, Promise<Client>>()
    const undone: ActuationUndone[] = []
    const lines: string[] = []
    const failed: { readonly what: string; readonly failure: Failure; readonly fix: string }[] = []
    // A prefix goes straight back when the class on the link that it left ends before all others.
    const isOnLeft = (entry: ProposedClass): boolean => isLeft(proposal.moves, entry)
    const { true: onLeft = [], false: others = [] } = Object.groupBy(proposal.classes, (one) => `${isOnLeft(one)}`)
    for (const entry of [...onLeft, ...others]) {
      if (entry.class === null) continue
      const { device, prefix, link, class: number } = entry
      // One agent that does not answer keeps no other from ending its classes.
      try {
        const agent = await (agents.get(device) ?? agents.set(device, uncutAgentOf(client, device)).get(device)!)
        const one = steeringAt(await activeAt(agent), entry)
        if (one?.class !== number || !isOwn(entry, one.appliedAt)) continue
        undone.push(await endClass(agent, one.id))
        lines.push(`${prefix} on ${link}: class ${number} has ended`)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        const fix = error.fix === '' ? showWords({ device }) : error.fix
        failed.push({ what: `class ${number} of ${prefix} on ${link}`, failure: error, fix })
      }
    }
    if (values.json) terminal.out(`${JSON.stringify({ proposal: proposal.id, undone }, null, 2)}\n`)
    else if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`)
    else if (failed.length === 0) terminal.out(`nothing of ${proposal.id} is in force (any more)\n`)
    const [first] = failed
    if (first === undefined) return exitCode.ok
    const whats = failed.map(({ what }) => what).join(', ')
    throw new Failure(first.failure.exit, `not known to have ended: ${whats}: ${first.failure.message}`, first.fix)
  },
})
