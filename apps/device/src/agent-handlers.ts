/** What the agent answers at its control socket: the resources of @vagus/api about this device. @module */
import { apiVersion } from '@vagus/api'
import { actuationRequestSchema, type DeviceAgent } from '@vagus/api/telemetry'
import type { Actuation, Refusal } from '@vagus/bgp/actuation'
import { linkTelemetryOf } from '@vagus/speaker'
import type { Asked } from './actuation.ts'
import type { AgentParts } from './agent-parts.ts'
import { bgpHandlers } from './bgp-handlers.ts'
import { type ControlAnswer, type ControlHandler, problem, requestOf } from './control-server.ts'
import { policyHandlers } from './policy-handlers.ts'
import { commitStatus } from './southbound/commit-resource.ts'
import { noSouthbound, type SouthboundAgent, southboundHandlers } from './southbound/southbound-handlers.ts'
import { timeOf, timeText } from './time-of-day.ts'

const ok = (kind: string, body: object): ControlAnswer => ({ status: 200, body: { apiVersion, kind, ...body } })

/** Conflicts can be resolved by the caller, the others ask for another request. */
const statusOf: Readonly<Record<Refusal['code'], number>> = {
  'no-session': 503,
  'no-route': 404,
  'unknown-class': 400,
  owned: 409,
  'too-many': 409,
  'too-fast': 429,
  'too-long': 400,
  'local-pref': 409,
  originated: 409,
  policy: 409,
}

export function agentHandlers(agent: AgentParts): ReadonlyMap<string, ControlHandler> {
  const device = agent.options.name
  const actuation = (one: Actuation): DeviceAgent['actuations'][number] => actuationOf(agent, one)
  return new Map<string, ControlHandler>([
    ...bgpHandlers(agent),
    ...policyHandlers(agent),
    ...(agent.southbound === undefined
      ? noSouthbound(device)
      : southboundHandlers(askedOfRouter(agent), agent.southbound)),
    ['GET /v1/agent', async () => ({ status: 200, body: await agentResource(agent) })],
    [
      'GET /v1/addresses',
      async () => {
        if (agent.mobility === undefined) return problem(404, 'no address moves here: vagus device --mobile BLOCK')
        return ok('AddressNews', { device, startedAt: timeText(agent.startedAt), items: agent.mobility.news })
      },
    ],
    [
      'GET /v1/telemetry/links',
      async () => {
        const now = Date.now()
        const items = agent.exchange.table.links().map(({ link }) => linkTelemetryOf(link, null, now))
        return ok('LinkTelemetryList', { now: timeText(now), items, counts: agent.exchange.counts })
      },
    ],
    [
      'GET /v1/bgp/actuations',
      async () =>
        ok('ActuationList', {
          device,
          active: agent.actuation.active().map(actuation),
          ended: agent.actuation.ended().map((one) => ({
            actuation: actuation(one.actuation),
            why: one.why,
            at: timeOf(one.at),
          })),
        }),
    ],
    [
      'POST /v1/bgp/plan',
      async (_, body) => {
        const plan = await agent.actuation.plan(askedOf(body))
        return 'code' in plan ? problem(statusOf[plan.code], plan.problem) : ok('ActuationPlan', { device, ...plan })
      },
    ],
    [
      'POST /v1/bgp/actuations',
      async (_, body) => {
        const receipt = await agent.actuation.apply(askedOf(body))
        if ('code' in receipt) return problem(statusOf[receipt.code], receipt.problem)
        const { before, after, verifiedAfter } = receipt
        const made = { actuation: actuation(receipt.actuation), before, after, verifiedAfterMs: verifiedAfter }
        return ok('ActuationReceipt', { device, ...made })
      },
    ],
    [
      'DELETE /v1/bgp/actuations',
      async (query) => {
        const [id, owner] = [query.get('id'), query.get('owner')]
        if (id === null || owner === null) throw new RangeError('"id" and "owner" must be given')
        const undone = await agent.actuation.undo(id, owner)
        if (typeof undone !== 'string') return problem(statusOf[undone.code], undone.problem)
        return ok('ActuationUndone', { id, state: undone })
      },
    ],
  ])
}

const askedOfRouter = ({ options, facts, intents, policyChanges }: AgentParts): SouthboundAgent => ({
  options,
  software: async () => facts.software,
  intents,
  policyChanges,
})

/** @throws {RangeError} that says what would be right */
function askedOf(body: unknown): Asked {
  const { seconds, ...asked } = requestOf(actuationRequestSchema, body)
  return { ...asked, lifetime: seconds * 1000 }
}

function actuationOf(
  { places }: AgentParts,
  { id, owner, prefix, ifIndex, class: number, appliedAt, expiresAt }: Actuation,
): DeviceAgent['actuations'][number] {
  return {
    id,
    owner,
    prefix,
    interface: places.find((place) => place.ifIndex === ifIndex)?.name ?? String(ifIndex),
    class: number,
    appliedAt: timeOf(appliedAt),
    expiresAt: timeOf(expiresAt),
  }
}

async function servicesOf({ services }: AgentParts): Promise<DeviceAgent['services']> {
  if (services === undefined) return undefined
  const { counts, links, problems, ...status } = await services.status()
  return { ...status, ...counts, links: [...links], problems: [...problems] }
}

async function agentResource(agent: AgentParts): Promise<DeviceAgent> {
  const { kind } = agent.options.router
  const now = Date.now()
  const peers = await agent.speaker.peers()
  const { table } = agent.exchange
  const lines = await agent.steering?.lines()
  const services = await servicesOf(agent)
  const { goesBackAt } = agent.policyChanges
  const commits = agent.southbound?.desk?.commits
  return {
    apiVersion,
    kind: 'DeviceAgent',
    device: agent.options.name,
    now: timeText(now),
    startedAt: timeText(agent.startedAt),
    router: { kind, ...agent.facts },
    policy: { ...agent.policy, ...(goesBackAt === undefined ? {} : { goesBackAt: timeOf(goesBackAt) }) },
    sessions: peers.map(({ name, state, since, lastReason }) => ({
      name,
      state,
      since: timeText(since),
      lastReason: lastReason ?? null,
    })),
    links: [
      ...agent.meter.latest.map((link) => linkTelemetryOf(link, null, now)),
      ...agent.meter.withoutCapacity.map((link) => ({
        ...linkTelemetryOf({ ...link, capacity: 0 }, null, now),
        capacity: null,
      })),
    ],
    others: { links: table.links().length, devices: table.devices().length },
    actuations: agent.actuation.active().map((one) => actuationOf(agent, one)),
    ...(agent.steering === undefined ? {} : { steering: agent.steering.status() }),
    ...(lines === undefined ? {} : { lines }),
    ...(agent.intents === undefined ? {} : { intents: agent.intents.reports.resource() }),
    ...(agent.mobility === undefined ? {} : { addresses: agent.mobility.status() }),
    ...(services === undefined ? {} : { services }),
    ...(commits === undefined ? {} : { commits: commitStatus(commits) }),
  }
}
