/** The controller as a member of the fleet that the configuration names: without one, nothing of it is loaded. @module */
import { join } from 'node:path'
import type { Config } from '@vagus/api'
import type { Tracer } from '@vagus/observability'
import { randomOctets } from '@vagus/transport'
import type { OpenNetworkAgent } from '../a2a/open-network-agent.ts'
import { parseHttpEndpoint } from '../config/endpoint.ts'
import type { Standing } from '../lines/agents/line-orderers.ts'
import type { RosterDesk } from '../rosters/roster-desk.ts'
import type { JoinFleet } from './join-fleet.ts'
import type { MemberServerOptions } from './member-server.ts'

/** What the owner of the controller's fleet says of an agent. */
export function fleetStanding(config: Pick<Config, 'access' | 'fleet'>, rosters: RosterDesk, agent: string): Standing {
  const owner = ownerOf(config)
  if (owner !== undefined) return rosters.standingOf(owner, agent)
  return { type: 'barred', because: 'vagus.yaml names no fleet whose members could order lines' }
}

/** Undefined where there is no fleet, or its owner was taken from the configuration. */
const ownerOf = ({ access, fleet }: Pick<Config, 'access' | 'fleet'>): string | undefined =>
  access.owners.find(({ name }) => name === fleet?.owner)?.id

export interface MemberParts extends Pick<
  OpenNetworkAgent,
  'control' | 'events' | 'state' | 'tell' | 'report' | 'lineBook' | 'lines' | 'steering' | 'approvals'
> {
  readonly config: Config
  readonly home: string
  readonly rosters: RosterDesk
  /** Where the API is. */
  readonly address: string
  readonly api: MemberServerOptions['api']
}

/** For one push notification, milliseconds. */
const postWithin = 30_000

/** Undefined where the configuration names no fleet. @throws {TypeError} where nobody gave what joins one */
export async function openMember(
  parts: MemberParts,
  {
    version,
    joinFleet,
    tracer,
  }: {
    readonly version: string
    readonly joinFleet?: JoinFleet | undefined
    readonly tracer?: Tracer | undefined
  },
): Promise<Pick<ReturnType<JoinFleet>, 'ended' | 'close'> | undefined> {
  const { config, home, state, rosters, address, api, lines, report } = parts
  const { fleet } = config
  const owner = ownerOf(config)
  if (fleet === undefined || owner === undefined) return undefined
  if (joinFleet === undefined) throw new TypeError('"fleet" needs a side-car: "joinFleet" of who starts the controller')
  const [{ openMemberServer }, { openNetworkAgent }, { SkillPolicy }, { Keyring }, { askInProcess }] =
    await Promise.all([
      import('./member-server.ts'),
      import('../a2a/open-network-agent.ts'),
      import('./skill-policy.ts'),
      import('@vagus/keyring'),
      import('../http/mcp-route.ts'),
    ])
  const { name, listen } = fleet
  const keyring = new Keyring(join(home, 'agents'))
  const policy = new SkillPolicy({
    roster: () => rosters.rosterOf(owner),
    own: () => keyring.open(name, Date.now()).identity.id, // there once the side-car is, so before anybody calls
    now: Date.now,
  })
  const calls = Promise.withResolvers<string>()
  const agent = openNetworkAgent({
    ...parts,
    version,
    standingOf: (id) => fleetStanding(state.config, rosters, id),
    refusalOf: policy.refusalOf.bind(policy),
    ask: askInProcess(api),
    post: async (id, path, token, json) => postJson(`${await calls.promise}${id}${path}`, token, json),
  })
  const secret = Buffer.from(randomOctets(32)).toString('base64url')
  const onError = (error: Error): void => report(`${error.name}: ${error.message}`)
  const server = await openMemberServer({ version, secret, api, lines: lines?.agents, a2a: agent.app, tracer, onError })
  const { mcp, a2a } = server
  const joined = joinFleet({ name, listen, owner, home, controller: ownAddress(address), mcp, a2a, report })
  void joined.calls.then(calls.resolve)
  return {
    ended: joined.ended,
    async close() {
      await joined.close() // first, so that it takes the end of streams for a pause, and goes on after the next start
      agent.stop()
      await server.stop()
    },
  }
}

/** Through the side-car, whose address has a secret: it must not get into a message. @throws where it is not taken */
async function postJson(url: string, token: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { 'x-a2a-notification-token': token }) }
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(postWithin) })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`answered ${response.status}`)
}

/** Where this host reaches what listens at `address`: "any address" is no place to ask. */
function ownAddress(address: string): string {
  const endpoint = parseHttpEndpoint(address)
  if (endpoint.kind === 'unix') return address
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[endpoint.address] ?? endpoint.address
  return `http://${host.includes(':') ? `[${host}]` : host}:${endpoint.port}`
}
