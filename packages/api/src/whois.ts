/**
 * Who is at an address, and whose traffic it is.
 *
 *   GET /v1/whois                    Whois          asked at
 *   GET /v1/flows/agents             AgentFlows     by n last from to
 *   GET /v1/agents/{name}/traffic    AgentTraffic   last
 *
 * Everything here is told to people with its evidence. Nobody is admitted anywhere by it.
 * @module
 */
import { z } from 'zod'
import { topQuerySchema } from './requests.ts'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const count = z.int().min(0)
const share = z.number().min(0)
const rate = z.number().min(0).describe('bits per second')
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

/** The weakest first. */
export const addressProofs = ['claimed', 'attested', 'agreed', 'proven'] as const
export type AddressProof = (typeof addressProofs)[number]

const endSchema = z.object({ name: z.string().nullable().describe('null: not on the list'), id: z.string() })
export type AgentName = z.infer<typeof endSchema>

const placeSchema = z.object({
  address: z.string(),
  port: z.int().nullable().describe('null: all of them'),
  protocol: z.enum(['udp', 'tcp']).nullable(),
  from: time,
  to: time.nullable().describe('null: still'),
  proof: z
    .enum(addressProofs)
    .describe(
      'claimed: the agent says so; attested: a peer reached it there, or vagus.yaml says so; agreed: both ends of a session say so; proven: the network found it so',
    ),
  because: z.string().describe('who says so'),
  behindNat: z.boolean().describe('others reach it there, and it does not know of the address itself'),
  where: z.string().nullable().describe('where it is attached: device and interface'),
})
export type WhoisPlace = z.infer<typeof placeSchema>

const bindingSchema = z.object({
  kind: z.string().describe('spiffe, gpsi, operator, serial, matter, did, ans, mac, ip, or another'),
  value: z.string(),
  proof: z.enum(['claimed', 'presented', 'attested', 'proven']),
  by: z.string().describe('who says so'),
  until: time,
  raisesTrust: z.boolean().describe('false: weak, only claimed, or outdone by another agent'),
  contested: z.array(endSchema).describe('other agents that are said to be it, too'),
})
export type WhoisBinding = z.infer<typeof bindingSchema>

const whoisAgentSchema = z.object({
  name: z.string().nullable().describe('on the list of agents; null: not on it'),
  id: z.string(),
  state: z.enum(['reachable', 'silent', 'away']).nullable().describe('null: not on the list'),
  owner: endSchema.nullable().describe('whose fleet it belongs to, by a roster here'),
  roles: z.array(z.string()).describe('by that roster'),
  claims: z.string().nullable().describe('the role that it claims itself'),
  quarantined: z.boolean(),
  actsFor: z
    .object({ agent: endSchema, task: z.string(), until: time, toldBy: endSchema })
    .nullable()
    .describe('who delegated to it, as it showed a peer of it'),
  device: z.string().nullable().describe('the device of vagus.yaml whose agent it is'),
  serial: z.string().nullable().describe('of the box that joined with it'),
  site: z.string().nullable(),
  key: z
    .object({
      epoch: count.describe('of its document'),
      rotations: count,
      since: time.describe('when its key was first seen here'),
      documentUntil: time,
    })
    .nullable(),
  sessions: count.describe('that it, or a peer of it, tells of now'),
  places: z.array(placeSchema).describe('at the time asked for; the strongest evidence first'),
  more: count.describe('places that are left out'),
  bindings: z.array(bindingSchema),
})
export type WhoisAgent = z.infer<typeof whoisAgentSchema>

/** Places of an agent that one answer has. */
export const maxWhoisPlaces = 32

export const whoisSchema = resource('Whois', {
  asked: z.string(),
  is: z.enum(['address', 'agent', 'identifier']),
  at: time,
  keptSince: time.describe('since when it is known here who was where'),
  agents: z
    .array(whoisAgentSchema)
    .describe('at an address: the strongest evidence first; several share it by their ports'),
  more: count.describe('agents that are left out'),
  conflicts: z
    .array(z.object({ what: z.string(), agents: z.array(endSchema) }))
    .describe('what several agents are said to be, with equally strong evidence'),
  behindNat: count.describe('of the agents at the address, how many are behind a translator of addresses'),
})
export type Whois = z.infer<typeof whoisSchema>

export const whoisQuerySchema = z.strictObject({
  asked: z
    .string()
    .min(1)
    .max(300)
    .describe('address, address:port, name or id of an agent, device, serial number, or another identifier of it'),
  at: topQuerySchema.shape.from.describe('then; default now'),
})

export const agentGroups = ['agent', 'role', 'fleet'] as const
export type AgentGroup = (typeof agentGroups)[number]

const windowSchema = z.object({ from: time, to: time, seconds: z.number() })
const part = z.object({ octets: count, share })

export const agentFlowsSchema = resource('AgentFlows', {
  window: windowSchema,
  keptSince: time.optional().describe('since when single records are kept, where the window begins before'),
  by: z.enum(agentGroups),
  coverage: share.nullable().describe('flow octets / counter octets over the window; null without counters'),
  total: z.object({ octets: count, flows: count, bitsPerSecond: rate }).describe('all traffic of the domain'),
  attributed: part.describe('with an agent at one end at least'),
  ambiguous: part.describe('at an address and port that several agents hold with equally strong evidence'),
  items: z
    .array(
      z.object({
        key: z.string().describe('name of the agent, or its id; role; fleet'),
        id: z.string().nullable().describe('of the agent'),
        sent: count.describe('octets'),
        received: count.describe('octets'),
        octets: count.describe('both, what goes from the group to itself once'),
        flows: count,
        bitsPerSecond: rate,
        share: share.describe('of the total'),
      }),
    )
    .describe('largest first; an agent with several roles counts in each'),
  more: count.describe('groups beyond `n`'),
  leftOut: count.describe('holders of addresses beyond what one question takes: their traffic is nobody’s here'),
})
export type AgentFlows = z.infer<typeof agentFlowsSchema>

export const agentFlowsQuerySchema = topQuerySchema
  .pick({ n: true, last: true, from: true, to: true })
  .extend({ by: z.enum(agentGroups).default('agent') })

const direction = z.object({ octets: count.describe('of IP packets'), bitsPerSecond: rate })
export const agentTrafficSchema = resource('AgentTraffic', {
  agent: endSchema,
  window: windowSchema.describe('between two of its reports, where it counts'),
  coverage: share.nullable().describe('of flows in the domain; null without counters'),
  flows: z.object({ sent: direction, received: direction }).describe('as the network’s own flows see it'),
  sideCar: z
    .object({ sent: direction, received: direction })
    .nullable()
    .describe('as its side-car counts what its sessions carry, with the headers of IP and UDP; null: it does not'),
  seen: share.nullable().describe('flows / side-car, both ways together; null where nothing is counted'),
})
export type AgentTraffic = z.infer<typeof agentTrafficSchema>
