/**
 * The controller's own agent: it is on the controller's own list, agents of devices connect to it, and it negotiates with
 * those whose ids the configuration has (`devices.id`), by GRASP over the sessions with them. Loaded only where the
 * configuration has `agent`.
 * @module
 */
import { join } from 'node:path'
import { type Agent, openAgent } from '@vagus/agent'
import { agentSubstrate, type Grasp, openGrasp, type ServiceAgent } from '@vagus/asa'
import type { Locator } from '@vagus/grasp'
import { type CompactJws, signJws } from '@vagus/identity'
import { Keyring, ownAgent, ownIdentityOf } from '@vagus/keyring'
import { Presence } from '@vagus/lookup'
import type { Agents } from '../http/backend.ts'
import { GraspPartAsker } from '../lines/grasp-part-asker.ts'
import { Headers } from '../negotiation/headers.ts'
import { GraspAsker } from '../steering/approval/grasp-asker.ts'
import { TimedAsker } from '../steering/approval/timed-asker.ts'
import { Neighbours } from './neighbours.ts'
import { floodRegistrar } from './registrar-flood.ts'
import { takeNews, type TakeNews } from './take-news.ts'

export interface OwnAgentParts {
  /** Folder of the controller's state. */
  readonly home: string
  readonly name: string
  /** URIs. */
  readonly listen: readonly string[]
  /** Of devices, by the configuration of the moment. */
  readonly admitted: () => ReadonlySet<string>
  /** Whether the agent of that id has leases yet: it takes part until they are released, whatever the configuration says. */
  readonly hasLeases: (id: string) => boolean
  readonly agents: Agents
  /** Where join proxies reach the registrar, if there is one. */
  readonly registrar?: Locator | undefined
  /** Takes what agents of devices tell of AI agents at their routers; without it, that is refused. */
  readonly news?: TakeNews
  /** Of this start, above that of the one before. */
  readonly epoch: number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export interface OwnAgent {
  readonly id: string
  /** Its signed document of this start; the key log in it names its keys. */
  readonly document: CompactJws
  readonly addresses: readonly string[]
  readonly asker: TimedAsker
  /** Asks for parts of private lines. */
  readonly parts: GraspPartAsker
  /** What intents are told and asked by. */
  readonly intents: {
    readonly grasp: Pick<Grasp, 'linkName' | 'agent'>
    readonly asa: ServiceAgent
    /** Name of the controller in headers. */
    readonly node: string
    readonly connectedSince: (id: string) => number | undefined
  }
  /** Signs with the agent's key: a JWS of that type (RFC 7515). */
  sign(type: string, payload: Uint8Array): CompactJws
  /** Who is connected, and where: the far ends of the paths that are validated, as URIs. */
  sessions(): readonly { readonly peer: string; readonly remotes: readonly string[] }[]
  /** Takes over which devices the configuration has now: those that came or went connect anew. */
  refresh(): void
  close(): Promise<void>
}

/** Agents that are told of because no device has their id; further ones are not. Anybody may connect. */
const maxStrangers = 16

/** @throws {KeyringError}; node's error when it cannot listen */
export async function openOwnAgent(parts: OwnAgentParts): Promise<OwnAgent> {
  const { home, name, listen, hasLeases, agents, epoch, report } = parts
  const keyring = new Keyring(join(home, 'agents'))
  const local = ownAgent({ keyring, name, report })
  const lookup = {
    find: (wanted: string) => {
      const found = agents.find(wanted)
      return Promise.resolve(found === undefined ? [] : [{ document: found.document }])
    },
  }
  const agent = await openAgent({ identity: ownIdentityOf(local), lookup, listen })
  try {
    let admitted = parts.admitted()
    const admits = (id: string): boolean => admitted.has(id) || hasLeases(id)
    const strangers = new Set<string>()
    const admitsOrSays = (id: string): boolean => {
      if (admits(id)) return true
      if (!strangers.has(id) && strangers.size < maxStrangers) {
        strangers.add(id)
        report(
          `${id} is connected, and no device has that id: if it is beside a router of yours, write it as devices.id`,
        )
      }
      return false
    }
    const neighbours = new Neighbours(agentSubstrate(agent, { admits: ({ identity }) => admitsOrSays(identity.id) }))
    const grasp = await openGrasp({ mode: 'domain', substrate: neighbours.substrate, report })
    const list = { publish: async (own: string, document: string) => published(agents, own, document) }
    const presence = new Presence({ agent, keyring, name, reachedAt: [], list, skillsAfter: undefined, report })
    if (parts.news !== undefined) takeNews(agent, admits, parts.news)
    await presence.begin()
    const connectedSince = (id: string): number | undefined => (admits(id) ? neighbours.since(id) : undefined)
    const headers = new Headers(name, epoch)
    const { registrar } = parts
    const quiet = registrar && floodRegistrar(grasp.agent('registrar'), registrar, () => neighbours.count)
    const asker = new GraspAsker({ asa: grasp.agent('steering'), headers, connectedSince })
    return {
      id: agent.id,
      document: local.identity.document,
      addresses: agent.addresses(),
      asker: new TimedAsker(asker, () => performance.now()),
      parts: new GraspPartAsker({ asa: grasp.agent('lines'), headers, connectedSince }),
      intents: { grasp, asa: grasp.agent('intent-statuses'), node: name, connectedSince },
      sign: (type, payload) => signJws(type, payload, local.signer),
      sessions: () =>
        agent.connected().map((connection) => ({
          peer: connection.peer.identity.id,
          remotes: connection
            .paths()
            .flatMap(({ kind, state, remote }) =>
              kind !== 'relay' && (state === 'alive' || state === 'suspect') ? [remote] : [],
            ),
        })),
      refresh() {
        const before = admitted
        admitted = parts.admitted()
        for (const id of before.symmetricDifference(admitted)) if (!hasLeases(id)) closeConnections(agent, id)
      },
      async close() {
        presence.end()
        quiet?.()
        await grasp.close()
        await agent.close()
      },
    }
  } catch (error) {
    await agent.close()
    throw error
  }
}

/** Its agent connects again at once, and is or is not a neighbour then. */
function closeConnections(agent: Agent, id: string): void {
  for (const connection of agent.connected()) if (connection.peer.identity.id === id) void connection.close()
}

/** @throws {Error} for people, with what would be right */
function published(agents: Agents, name: string, document: string): void {
  const answer = agents.publish(name, document)
  if ('agent' in answer) return
  if (answer.type === 'taken') {
    const fix = `give agent.name of vagus.yaml another value, or take it off: vagus agent rm ${name}`
    throw new Error(`"${name}" on the list is another agent, ${answer.by.id}, so that devices do not find ours; ${fix}`)
  }
  const why = answer.type === 'full' ? 'the list is full' : answer.because.problem
  throw new Error(`the controller's agent is not on its list: ${why}`)
}
