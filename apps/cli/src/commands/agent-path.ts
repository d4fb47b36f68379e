/** `vagus agent path A B`: the path by which A reaches B now, and why no better one. @module */
import { apiVersion, type Session } from '@vagus/api'
import type { Identity } from '@vagus/identity'
import type { Client } from '../client.ts'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { askAgent, verifier } from '../listed-agent.ts'
import { type AgentPath, agentPathText } from '../session/agent-path-text.ts'
import { askedSideCar, askedSideCarOption, askSessions, isEnd } from '../session/ask-sessions.ts'
import { triedAddresses } from '../session/grades.ts'
import { newestOf } from '../session/session-text.ts'
import { whyNotBetter } from '../session/why-not.ts'

export const command = defineCommand({
  name: 'agent path',
  summary: 'the path from one agent to another, and why no better one',
  effect: 'ro',
  examples: [
    { line: 'vagus agent path boss writer', does: 'direct, through NATs, over TCP, by a relay or a proxy' },
    { line: 'vagus agent path boss writer --json | jq .whyNot', does: 'for programs' },
  ],
  arguments: [
    { name: 'AGENT', description: 'a name of "vagus agent ls", or an id', presence: 'required' },
    { name: 'PEER', description: 'the agent it reaches: a name or an id', presence: 'required' },
  ],
  options: { ...askedSideCarOption, ...viewOptions },
  async run(call) {
    const [from, to] = call.words as [string, string] // both are required
    if (from === to) throw new Failure(exitCode.usage, `${from} needs no path to itself`, 'name two agents')
    const isOneSideCar = askedSideCar(call) !== undefined
    const verified = await verifier()
    const ask = async (client: Client): Promise<AgentPath> => {
      // A side-car knows its own agent, which need not be on the list.
      const asking = isOneSideCar ? undefined : askAgent(client, from)
      const reached = askAgent(client, to).then((other) => ({ name: other.name, ...verified(other) }))
      const [one, other] = await Promise.all([asking, isOneSideCar ? reached.catch(unlisted) : reached])
      const { items } = await askSessions(call, { agent: one?.id ?? from, peer: idOr(to, other) })(client)
      const { tried, ...target } = targetOf(to, other, items)
      const { id } = target
      const views = newestOf(items).toSorted((a, b) => Number(a.agent.id === id) - Number(b.agent.id === id))
      const said = views.find(({ agent }) => agent.id !== id)?.agent ?? views[0]?.peer
      return {
        apiVersion,
        kind: 'AgentPath',
        from: said ?? { name: one?.name ?? from, id: one?.id ?? null },
        to: target,
        views,
        ...(id === null || views.length === 0 ? { path: null, whyNot: [] } : whyNotBetter({ views, to: id, ...tried })),
        ...tried,
      }
    }
    return view<AgentPath>(call, {
      ask,
      show: (found, canvas) => agentPathText(found, canvas, new Date().toISOString()),
      next: ({ views }) => (views.length === 0 ? `vagus agent call ${to} hello` : `vagus session show ${from} ${to}`),
    })
  },
})

/** A side-car knows the peers of its sessions even when no controller answers. */
function unlisted(error: unknown): Failure {
  if (error instanceof Failure && error.exit !== exitCode.denied) return error
  throw error
}

type Listed = Pick<Identity, 'id' | 'locators'> & { readonly name: string }
/** `addresses` is `null` where no list has the document. */
type Target = AgentPath['to'] & { readonly tried: Pick<AgentPath, 'addresses' | 'hold'> }

const idOr = (asked: string, found: Listed | Failure): string => (found instanceof Failure ? asked : found.id)

/** The agent that `asked` names, from the list, else from the sessions. @throws {Failure} when neither has the name */
function targetOf(asked: string, found: Listed | Failure, items: readonly Session[]): Target {
  if (!(found instanceof Failure))
    return { name: found.name, id: found.id, tried: triedAddresses(found.locators, Date.now()) }
  const met = items.flatMap(({ agent, peer }) => [agent, peer]).find((end) => isEnd(end, asked))
  // The list answered, and neither it nor a session has this name: a typing error.
  if (met === undefined && found.exit !== exitCode.unreachable) throw found
  return { name: met?.name ?? asked, id: met?.id ?? null, tried: { addresses: null, hold: null } }
}
