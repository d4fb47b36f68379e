/**
 * What the controller sees at borders, which are the parallel links to one neighbour AS, the moves that it proposes, and
 * what became of those that were approved.
 *
 *   GET    /v1/borders                   BorderList
 *   GET    /v1/proposals                 ProposalList       state, last, n
 *   GET    /v1/proposals/{id}            ProposalResource
 *   POST   /v1/proposals/{id}/approval   ApprovalResource   body: ApprovalRequest; operator only
 *   DELETE /v1/proposals/{id}/approval   ApprovalResource   operator only
 *
 * An approval is negotiated with the agents of the devices (objective Congestion.MED), all or nothing.
 * @module
 */
import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { durationPattern } from './duration.ts'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()
const rate = z.number().min(0).describe('bits per second')
const resource = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })

/** Who owns the traffic classes of approved proposals, so that a later one can replace those of an earlier one. */
export const steeringOwner = 'steering'

const borderLinkSchema = z.object({
  link: z.string(),
  device: z.string(),
  interface: z.string(),
  capacity: rate,
  load: rate.nullable().describe('what enters over it; null: not known, or it is down'),
  isDown: z.literal(true).optional().describe('absent: it is up, or nothing tells'),
  threshold: rate.describe('from here on it is likely to be full within the horizon'),
  basis: z
    .enum(['learned', 'usual', 'intent'])
    .describe('usual: too little of its past is known yet; intent: an intent of the operator sets a lower one'),
  upper: rate.nullable().describe('upper bound of the load within the horizon, which 19 of 20 steps keep'),
})
const borderSchema = z.object({
  neighbour: z.string(),
  as: z.int().nullable(),
  stepSeconds: z.number(),
  horizonSeconds: z.number(),
  readAt: time.nullable().describe('end of the step that the figures are of; null: none was read yet'),
  links: z.array(borderLinkSchema),
  prefixes: z.array(
    z.object({
      prefix: z.string(),
      link: z.string().describe('over which most of it enters'),
      bitsPerSecond: rate,
      steeredTo: z.string().nullable().describe('the link to which traffic classes in force draw it'),
    }),
  ),
  problem: z.string().nullable().describe('why nothing can be proposed at present'),
  autonomy: z
    .object({
      acts: z.boolean().describe('whether its proposals are approved without a person'),
      because: z.string().describe('why, or why not'),
    })
    .describe('whether the controller acts at this border by itself'),
})
export const borderListSchema = resource('BorderList', { now: time, items: z.array(borderSchema) })

const moveSchema = z.object({
  prefix: z.string(),
  bitsPerSecond: rate.describe('when it was proposed'),
  from: z.string().describe('name of a link'),
  to: z.string().describe('name of a link'),
})
const classSchema = z.object({
  prefix: z.string(),
  device: z.string(),
  interface: z.string(),
  link: z.string(),
  class: z.int().nullable().describe('traffic class to ask for; null: end the one in force'),
})
const toldSchema = z.object({
  neighbour: z.string(),
  med: z.number().nullable(),
  asPathLength: z.number().nullable().describe('null: not known'),
})
const leaseSchema = z.object({
  prefix: z.string(),
  device: z.string(),
  interface: z.string(),
  link: z.string(),
  med: z.number().nullable().describe('null: nothing is set there; the traffic is to come there'),
  before: z.array(toldSchema).describe('what the neighbours were told there'),
  after: z.array(toldSchema).nullable().describe('what they were told once it was set; null: not asked'),
})
const owedSchema = leaseSchema.pick({ prefix: true, device: true, interface: true, link: true }).extend({
  until: time.describe('when it ends by itself'),
})
const approvalSchema = z.object({
  by: z
    .enum(['operator', 'vagus', 'agent'])
    .describe('vagus: by itself; agent: a member of the fleet; both within vagus.yaml'),
  approver: actorSchema.optional().describe('which agent, or operator by name'),
  state: z.enum(['possible', 'in-force', 'ended']).describe('possible: a dry run; nothing was changed'),
  at: time,
  until: time.describe('when the leases end by themselves'),
  leases: z.array(leaseSchema),
  endedAt: time.nullable(),
  because: z.string().nullable().describe('why it ended'),
  endedBy: z
    .enum(['operator', 'vagus', 'agent'])
    .optional()
    .describe(
      'who ended it before its time, `operator` also at a device; absent: nobody did, its time was over or a device had it no more',
    ),
  owed: z
    .array(owedSchema)
    .optional()
    .describe(
      'what of it may still be set although it has ended, because agents do not answer; they are asked again until they do; absent: nothing',
    ),
})
/** How long an approval may hold, seconds. */
export const approvalSeconds = { least: 60, usual: 3600, most: 86_400 } as const
export const approvalResourceSchema = resource('Approval', { proposal: z.string(), ...approvalSchema.shape })
export const approvalRequestSchema = z.strictObject({
  seconds: z
    .int('must be whole seconds, 60 to 86400')
    .min(approvalSeconds.least, 'must be at least 60')
    .max(approvalSeconds.most, 'must be at most 86400, a day')
    .default(approvalSeconds.usual)
    .describe('how long the leases are to hold'),
  dryRun: z
    .boolean('must be true or false')
    .default(false)
    .describe('ask the agents what they would do; change nothing'),
})

const proposalStates = ['open', 'taken', 'measured', 'relieved', 'outdated'] as const
const proposalSchema = z.object({
  id: z.string().describe('such as transit-7'),
  neighbour: z.string(),
  state: z
    .enum(proposalStates)
    .describe(
      'taken: the moves are in force; measured: and what they gave is known; relieved: the load fell without them; outdated: others would be better now, or one cannot be made',
    ),
  openedAt: time,
  endedAt: time.nullable(),
  because: z.array(borderLinkSchema).describe('the links above their threshold when it was opened'),
  moves: z.array(moveSchema),
  classes: z.array(classSchema).describe('what to ask the agents for, so that the moves happen'),
  expected: z.array(z.object({ link: z.string(), before: rate, after: rate })),
  rejected: z.array(z.object({ move: moveSchema, because: z.string() })),
  outcome: z
    .object({
      seconds: z.number(),
      links: z.array(
        z.object({
          link: z.string(),
          peak: rate.describe('highest mean of a step, as it was'),
          otherPeak: rate.describe('the same for the same traffic with the other choice'),
          secondsAbove: z.number().describe('above the threshold'),
          otherSecondsAbove: z.number(),
        }),
      ),
    })
    .nullable()
    .describe('the other choice: without the moves where they were taken, with them where not'),
  approval: approvalSchema.nullable().describe('the last one; null: never approved'),
  intents: z
    .array(z.object({ intent: z.string(), effect: z.string().describe('a sentence without a full stop') }))
    .optional()
    .describe('intents of the operator that made it what it is; absent: none did'),
})
export const proposalListSchema = resource('ProposalList', { now: time, items: z.array(proposalSchema) })
export const proposalResourceSchema = resource('Proposal', { now: time, ...proposalSchema.shape })
export const proposalsQuerySchema = z.strictObject({
  state: z
    .enum([...proposalStates, 'in-force'])
    .optional()
    .describe('of this state only; in-force: approved and not over'),
  last: z
    .string()
    .regex(durationPattern, 'must be a number and s, m, h or d, such as 90s, 15m, 24h or 7d')
    .default('24h')
    .describe('opened within this time; those that have not ended or are in force are always listed'),
  n: z.coerce.number().int().min(1).max(1000).default(100).describe('how many, newest first'),
})

export type Border = z.infer<typeof borderSchema>
export type BorderList = z.infer<typeof borderListSchema>
export type ProposedClass = z.infer<typeof classSchema>
export type Approval = z.infer<typeof approvalSchema>
export type ApprovalRequest = z.infer<typeof approvalRequestSchema>
export type ApprovalResource = z.infer<typeof approvalResourceSchema>
export type Lease = z.infer<typeof leaseSchema>
export type Owed = z.infer<typeof owedSchema>
export type Told = z.infer<typeof toldSchema>
export type Proposal = z.infer<typeof proposalSchema>
export type ProposalList = z.infer<typeof proposalListSchema>
export type ProposalResource = z.infer<typeof proposalResourceSchema>
