/**
 * What device agents report of their links and traffic, and the requests that they take. The controller answers from
 * reports that it got over BGP, and forwards requests that only one agent can answer.
 *
 *   GET    /v1/telemetry/links     LinkTelemetryList
 *   GET    /v1/telemetry/top       DeviceTop            device view
 *   GET    /v1/agent               DeviceAgent          device
 *   GET    /v1/policy              RouterPolicy         text in the router's own words
 *   POST   /v1/policy              PolicyChange         body: for how long
 *   POST   /v1/policy/confirmation PolicyChange
 *   DELETE /v1/policy              PolicyChange
 *   GET    /v1/bgp/actuations      ActuationList        device
 *   POST   /v1/bgp/plan            ActuationPlan        device; body: what is asked
 *   POST   /v1/bgp/actuations      ActuationReceipt     device; body: what is asked
 *   DELETE /v1/bgp/actuations      ActuationUndone      device id owner
 *   GET    /v1/addresses           AddressNews          of agents that move; 404 where none may
 *
 * POST and DELETE, and all of /v1/policy, are for the agent's own socket alone: the controller answers 405 to a change under
 * /v1/bgp, and knows no /v1/policy.
 * @module
 */
import { z } from 'zod'
import { deviceIntentsSchema } from './intent.ts'
import { apiVersion } from './resources.ts'
import { commitSchema } from './southbound.ts'

const time = z.iso.datetime()
const rate = z.number().min(0).describe('bits per second')
const count = z.int().min(0)
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

const linkTelemetrySchema = z.object({
  device: z.string(),
  interface: z.string(),
  link: z.string().nullable().describe('name of the configured link; null when there is none'),
  capacity: rate.describe('measured: as the shaper or the driver reports it'),
  out: rate,
  in: rate,
  threshold: rate.nullable().describe('from here on the link counts as congested'),
  congested: z.enum(['no', 'out', 'in', 'both']),
  drops: z.number().describe('packets per second'),
  delayMicroseconds: z.number().nullable().describe('one way'),
  confidence: z.number().describe('0..100: how far capacity and threshold are trusted'),
  windowMs: count,
  measuredAt: time,
  ageSeconds: z.number().describe('since it was measured, by the clock of the answering program'),
})
export const linkTelemetryListSchema = resource('LinkTelemetryList', {
  now: time,
  items: z.array(linkTelemetrySchema),
  counts: z
    .object({
      accepted: count,
      malformed: count,
      implausible: count,
      outdated: count,
      foreign: count,
      refused: count,
    })
    .describe('what became of announcements since the start'),
})

export const viewKinds = ['destination-prefix', 'source-prefix', 'flow', 'application', 'as'] as const
export const deviceTopQuerySchema = z.strictObject({
  device: z.string().describe('name of the device'),
  view: z.enum(viewKinds).default('destination-prefix'),
})
export const deviceTopSchema = resource('DeviceTop', {
  device: z.string(),
  view: z.enum(viewKinds),
  windowMs: count,
  measuredAt: time.nullable().describe('null when the device sent no such view'),
  ageSeconds: z.number().nullable(),
  totals: z.object({ ipv4: rate, ipv6: rate }),
  items: z.array(
    z.object({
      key: z.string(),
      bitsPerSecond: rate,
      share: z.number().min(0),
      trend: z.number().nullable().describe('change against the previous window, 0.1 is 10 % more'),
    }),
  ),
})

const actuationSchema = z.object({
  id: z.string(),
  owner: z.string(),
  prefix: z.string(),
  interface: z.string(),
  class: z.int(),
  appliedAt: time,
  expiresAt: time,
})

export const deviceAgentSchema = resource('DeviceAgent', {
  device: z.string(),
  now: time,
  startedAt: time,
  router: z.object({
    kind: z.string(),
    software: z.string(),
    as: z.int().optional().describe('absent: the agent does not peer with it'),
    identifier: z.string().optional(),
  }),
  policy: z
    .object({
      state: z.enum(['in-place', 'incomplete', 'absent', 'unknown']),
      missing: z.array(z.string()).describe('lines of the router, or sentences'),
      problems: z.array(z.string()).describe('what only the operator can resolve, or why nothing is known'),
      goesBackAt: time.optional().describe('when what was installed is taken back unless confirmed; absent: it stays'),
    })
    .optional()
    .describe('that classes need; absent: the agent does not peer with the router'),
  sessions: z.array(z.object({ name: z.string(), state: z.string(), since: time, lastReason: z.string().nullable() })),
  links: z.array(
    linkTelemetrySchema.extend({
      capacity: rate.nullable().describe('null: unknown, so the link is not announced to others'),
    }),
  ),
  others: z.object({ links: count, devices: count }).describe('known from other devices'),
  actuations: z.array(actuationSchema).describe('traffic classes in force'),
  commits: z
    .object({
      pending: commitSchema.nullable(),
      last: commitSchema.nullable().describe('that is over'),
    })
    .optional()
    .describe('of AI agents in the configuration of the router; absent: they may not ask this device'),
  intents: deviceIntentsSchema.optional().describe('of the owner that this device obeys; absent: it obeys none'),
  addresses: z
    .object({
      block: z.string().describe('the mobile block: nothing outside of it is announced'),
      links: z
        .array(z.object({ name: z.string(), state: z.enum(['open', 'down']) }))
        .describe('on which hosts may attach'),
      moves: count.describe('of an address within 180 s; one more is refused'),
      leaseSeconds: z.number(),
      problem: z.string().nullable().describe('why nobody can attach now'),
      dropped: count.describe('datagrams of hosts above the rate of a link'),
      refused: count.describe('attachments'),
      unreadable: count.describe('datagrams'),
      attached: z.array(
        z.object({
          address: z.string(),
          id: z.string().describe('of the agent'),
          interface: z.string(),
          nextHop: z.string(),
          sequence: z.int().describe('higher with every move'),
          since: time,
          until: time.describe('when the lease ends unless it is renewed'),
        }),
      ),
    })
    .optional()
    .describe('of agents that move between routers; absent: none are attached here'),
  services: z
    .object({
      links: z.array(z.string()).describe('with queues for services; all others are edges'),
      owner: z.string().describe('of the fleet whose roster counts'),
      epoch: count.nullable().describe("of that roster; null: there is none that holds, and nobody's marks count"),
      addresses: count.describe('of members'),
      foreign: count.describe('packets whose mark was nobody’s, and was taken away'),
      beyond: count.describe('packets of members beyond their rate, which became best effort'),
      problems: z.array(z.string()),
    })
    .optional()
    .describe('by role of callers; absent: no link has queues for them'),
  steering: z
    .object({
      id: z.string().describe("of its own agent, for devices.id of the controller's configuration"),
      by: z.string().describe("id of the controller's agent, the only one that may negotiate"),
      state: z.enum(['connected', 'away']),
      since: time,
      problem: z.string().nullable().describe('why the controller is away; null: it is not, or nothing is known yet'),
      bounds: z.object({
        meds: z.array(count).describe('that can be asked for'),
        leaseSeconds: z.number().describe('longest lease'),
        prefixes: z.array(z.string()).describe('only these and what is within; empty: every prefix'),
      }),
      leases: z.array(
        z.object({
          prefix: z.string(),
          interface: z.string(),
          med: count,
          state: z.enum(['prepared', 'applied', 'confirmed']).describe('prepared: nothing is set yet'),
          until: time.describe('when it ends by itself, unless the next step comes'),
        }),
      ),
    })
    .optional()
    .describe('absent: no controller may steer by this router'),
  lines: z
    .object({
      block: z.string().describe('prefix of the locators of paths'),
      links: z.array(z.string()).describe('interfaces over which paths may go'),
      share: z.number().describe('part of each link that lines may take together'),
      sites: z.array(z.string()).describe('prefixes from and to which lines may go'),
      guarded: z
        .object({ toBlock: count, routingHeader: count })
        .nullable()
        .describe('packets of strangers that were dropped; null: the guard is gone'),
      parts: z.array(
        z.object({
          number: count.describe('of the path'),
          type: z.enum(['hold', 'steer']),
          interfaces: z.array(z.string()).describe('over which it sends; of a steer, where packets come in'),
          bitsPerSecond: z.number().nullable().describe('kept free on the wire; null: a steer'),
          steered: z
            .boolean()
            .nullable()
            .describe('false: packets go without the path, which does not answer; null: a hold'),
          state: z.enum(['prepared', 'applied', 'confirmed']).describe('prepared: nothing is set yet'),
          problem: z.string().nullable().describe('why it is not what was agreed on; null: it is'),
          until: time.describe('when it ends by itself, unless the next step comes'),
        }),
      ),
    })
    .optional()
    .describe('private lines; absent: this router holds none'),
})

/** At most a day, at least the second in which it is looked at. */
export const policyChangeRequestSchema = z.strictObject({ seconds: z.number().min(1).max(86_400) })
const policyChangeSchema = resource('PolicyChange', {
  device: z.string(),
  router: z.enum(['frr', 'bird', 'gobgp']),
  state: z.enum(['in-place', 'pending', 'confirmed', 'reverted']),
  installed: z.array(z.string()).describe('what was missing: lines of the router, or sentences'),
  goesBackAt: time.nullable().describe('null: nothing is pending'),
})

export const actuationRequestSchema = z.strictObject({
  owner: z.string().min(1).max(64),
  prefix: z.string(),
  interface: z.string(),
  class: z.int().min(1).max(99),
  seconds: z.number().positive(),
})
const toldSchema = z.object({
  neighbour: z.string(),
  med: count.nullable(),
  asPathLength: count.nullable(),
  unknown: z
    .string()
    .optional()
    .describe('why the announcement to this neighbour is unknown; the other fields are null then'),
})
const actuationPlanSchema = resource('ActuationPlan', {
  device: z.string(),
  prefix: z.string(),
  interface: z.string(),
  class: z.object({
    number: z.int(),
    med: count.optional(),
    prepend: count.optional(),
    localPref: count.optional(),
  }),
  nextHop: z.string().nullable(),
  communities: z.array(z.string()),
  before: z.array(toldSchema).describe('what is announced to the neighbours now'),
  replaces: z.string().nullable(),
})
const actuationReceiptSchema = resource('ActuationReceipt', {
  device: z.string(),
  actuation: actuationSchema,
  before: z.array(toldSchema),
  after: z.array(toldSchema),
  verifiedAfterMs: count.nullable().describe('until the class was announced to every neighbour; null: not in time'),
})
export const actuationListSchema = resource('ActuationList', {
  device: z.string(),
  active: z.array(actuationSchema),
  ended: z.array(z.object({ actuation: actuationSchema, why: z.string(), at: time })),
})
const actuationUndoneSchema = resource('ActuationUndone', { id: z.string(), state: z.enum(['undone', 'ended']) })

export type LinkTelemetry = z.infer<typeof linkTelemetrySchema>
export type LinkTelemetryList = z.infer<typeof linkTelemetryListSchema>
export type DeviceTop = z.infer<typeof deviceTopSchema>
/** The last hundred things that happened to addresses of agents, oldest first. */
export const addressNewsSchema = resource('AddressNews', {
  device: z.string(),
  startedAt: time.describe('of its agent; numbers begin anew with each start'),
  items: z.array(
    z.object({
      number: z.int().min(1),
      at: time,
      what: z.enum(['attached', 'moved', 'detached', 'lapsed', 'held']),
      address: z.string(),
      agent: z.string().describe('id of the agent whose address it is'),
      interface: z.string(),
      nextHop: z.string(),
      sequence: z.int(),
    }),
  ),
})
export type AddressNews = z.infer<typeof addressNewsSchema>

export type DeviceAgent = z.infer<typeof deviceAgentSchema>
export type DevicePolicy = NonNullable<DeviceAgent['policy']>
export type PolicyChangeResource = z.infer<typeof policyChangeSchema>
export type ActuationRequest = z.infer<typeof actuationRequestSchema>
export type ActuationPlan = z.infer<typeof actuationPlanSchema>
export type ActuationReceipt = z.infer<typeof actuationReceiptSchema>
export type ActuationList = z.infer<typeof actuationListSchema>
export type ActuationUndone = z.infer<typeof actuationUndoneSchema>
