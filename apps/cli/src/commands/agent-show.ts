/** `vagus agent show NAME`: one agent of the controller's list; its document is verified here. @module */
import type { AgentResource } from '@vagus/api'
import type { AgentTraffic } from '@vagus/api/whois'
import type { Identity } from '@vagus/identity'
import type { AgentAddress } from '@vagus/sidecar/address'
import { attachedText, keeperIfAny } from '../address-keeper.ts'
import type { Client } from '../client.ts'
import { type Call, defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { Failure } from '../failure.ts'
import { agoText } from '../format.ts'
import { identityText } from '../identity-text.ts'
import { askAgent, paintOfState, verifier } from '../listed-agent.ts'
import { agentTrafficText } from '../whois/agent-flows-text.ts'

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
    const attached = await attachedHere(call)
    let traffic: AgentTraffic | undefined
    return view<AgentResource>(call, {
      async ask(client) {
        const agent = await askAgent(client, call.words[0]!)
        traffic = await trafficOf(client, agent)
        return agent
      },
      show: (agent, canvas) => `${agentText(agent, verified(agent), canvas)}${attached}${trafficLine(traffic, canvas)}`,
      next: ({ name }) => `curl \${VAGUS_AGENTS_URL}${name}/.well-known/agent-card.json   (in a program of vagus run)`,
    })
  },
})

/** Where the address of an agent of this host is attached, as a line below the rest; empty where nothing keeps it. */
async function attachedHere({ words, environment, signal }: Asked): Promise<string> {
  const call = { values: { home: undefined }, environment, signal }
  try {
    const keeper = await keeperIfAny(call, words[0]!)
    if (keeper === undefined) return ''
    return `\n  address   ${attachedText(await keeper.get<AgentAddress>('AgentAddress', '/v1/address'))}`
  } catch {
    return '' // a socket that nobody answers at any more
  }
}

/** Undefined where the store has nothing of this time yet; the agent is shown all the same. */
async function trafficOf(client: Client, { id }: AgentResource): Promise<AgentTraffic | undefined> {
  try {
    return await client.get<AgentTraffic>('AgentTraffic', `/v1/agents/${encodeURIComponent(id)}/traffic`)
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

const trafficLine = (traffic: AgentTraffic | undefined, { columns }: Canvas): string =>
  traffic === undefined ? '' : `\n  traffic   ${agentTrafficText(traffic, columns)}`

type Asked = Pick<Call<typeof viewOptions>, 'words' | 'environment' | 'signal'>

function agentText({ name, seenAt, state }: AgentResource, identity: Identity, { paint }: Canvas): string {
  const now = Date.now()
  const seen = `  ${state}, seen ${agoText(seenAt, new Date(now).toISOString())}`
  return `${identityText(identity, name, now, paint)}\n${paint[paintOfState[state]](seen)}`
}
