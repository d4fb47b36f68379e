/** `vagus agent show NAME`: one agent of the controller's list; its document is verified here. @module */
import type { AgentResource } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { Failure, orSay } from '../failure.ts'
import { agoText } from '../format.ts'
import { identityText } from '../identity-text.ts'

export const command = defineCommand({
  name: 'agent show',
  summary: 'one agent: id, tag, skills, where it is reached',
  effect: 'ro',
  examples: [
    { line: 'vagus agent show report-writer', does: 'what its signed document says' },
    {
      line: 'vagus agent show report-writer --json | jq -r .document > writer.jws',
      does: 'the document, for a folder',
    },
  ],
  arguments: [{ name: 'NAME', description: 'a name of "vagus agent ls", or an id', presence: 'required' }],
  options: viewOptions,
  run: async (call) => {
    const shown = await verifier(call.words[0]!)
    return view<AgentResource>(call, {
      ask: (client) =>
        client
          .get<AgentResource>('Agent', `/v1/agents/${encodeURIComponent(call.words[0]!)}`)
          .catch(orSay('the names: vagus agent ls')),
      show: shown,
      next: ({ name }) => `curl \${VAGUS_AGENTS_URL}${name}/.well-known/agent-card.json   (in a program of vagus run)`,
    })
  },
})

/** The controller is not believed: what is shown is what the agent signed. */
async function verifier(asked: string): Promise<(agent: AgentResource, canvas: Canvas) => string> {
  const [{ verifyDocument }, { identityCrypto }] = await Promise.all([
    import('@vagus/identity'),
    import('@vagus/transport'),
  ])
  return ({ document, name, seenAt, state }, { paint }) => {
    const now = Date.now()
    const read = verifyDocument(document, now, identityCrypto)
    if (read.type === 'refused') {
      throw new Failure(
        exitCode.denied,
        `the document of "${asked}" is not to be believed: ${read.because.problem}`,
        'ask the agent for a newer one',
      )
    }
    const seen = `  ${state}, seen ${agoText(seenAt, new Date(now).toISOString())}`
    return `${identityText(read.identity, name, now, paint)}\n${state === 'reachable' ? paint.good(seen) : paint.warn(seen)}`
  }
}
