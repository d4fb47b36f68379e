/** `vagus agent show NAME`: one agent of the controller's list; its document is verified here. @module */
import type { AgentResource } from '@vagus/api'
import type { Identity } from '@vagus/identity'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { agoText } from '../format.ts'
import { identityText } from '../identity-text.ts'
import { askAgent, paintOfState, verifier } from '../listed-agent.ts'

export const command = defineCommand({
  name: 'agent show',
  summary: 'one agent: id, tag, skills, where to reach it',
  effect: 'ro',
  examples: [
    { line: 'vagus agent show report-writer', does: 'what its signed document says' },
    {
      line: 'vagus agent show report-writer --json | jq -r .document > writer.jws',
      does: 'its document, for a --lookup folder',
    },
  ],
  arguments: [{ name: 'NAME', description: 'a name of "vagus agent ls", or an id', presence: 'required' }],
  options: viewOptions,
  run: async (call) => {
    const verified = await verifier()
    return view<AgentResource>(call, {
      ask: (client) => askAgent(client, call.words[0]!),
      show: (agent, canvas) => agentText(agent, verified(agent), canvas),
      next: ({ name }) => `curl \${VAGUS_AGENTS_URL}${name}/.well-known/agent-card.json   (in a program of vagus run)`,
    })
  },
})

function agentText({ name, seenAt, state }: AgentResource, identity: Identity, { paint }: Canvas): string {
  const now = Date.now()
  const seen = `  ${state}, seen ${agoText(seenAt, new Date(now).toISOString())}`
  return `${identityText(identity, name, now, paint)}\n${paint[paintOfState[state]](seen)}`
}
