/** The controller as a member of the fleet that the configuration names: without one, nothing of it is loaded. @module */
import type { Config } from '@vagus/api'
import { randomOctets } from '@vagus/transport'
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

interface MemberParts {
  readonly config: Config
  readonly home: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Undefined where the configuration names no fleet. @throws {TypeError} where nobody gave what joins one */
export async function openMember(
  { config, home, report }: MemberParts,
  { version, joinFleet }: { readonly version: string; readonly joinFleet?: JoinFleet | undefined },
  { address, api, lines }: { readonly address: string } & Pick<MemberServerOptions, 'api' | 'lines'>,
): Promise<ReturnType<JoinFleet> | undefined> {
  const { fleet } = config
  const owner = ownerOf(config)
  if (fleet === undefined || owner === undefined) return undefined
  if (joinFleet === undefined) throw new TypeError('"fleet" needs a side-car: "joinFleet" of who starts the controller')
  const { openMemberServer } = await import('./member-server.ts')
  const secret = Buffer.from(randomOctets(32)).toString('base64url')
  const onError = (error: Error): void => report(`${error.name}: ${error.message}`)
  const server = await openMemberServer({ version, secret, api, lines, onError })
  const { name, listen } = fleet
  const joined = joinFleet({ name, listen, owner, home, controller: ownAddress(address), mcp: server.mcp, report })
  return {
    ended: joined.ended,
    async close() {
      await joined.close()
      await server.stop()
    },
  }
}

/** Where this host reaches what listens at `address`: "any address" is no place to ask. */
function ownAddress(address: string): string {
  const endpoint = parseHttpEndpoint(address)
  if (endpoint.kind === 'unix') return address
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[endpoint.address] ?? endpoint.address
  return `http://${host.includes(':') ? `[${host}]` : host}:${endpoint.port}`
}
