/** The form of the agents of a topology file, with the access networks that each can be on. @module */
import { z } from 'zod'
import { delayShapes } from '../access/delay.ts'
import { accessNames } from '../access/profile.ts'

const milliseconds = z.number().min(0).max(10_000).describe('milliseconds')
const share = z.number().min(0).max(1).describe('share, 0..1')

const loss = z.union(
  [
    share,
    z.strictObject({
      toBad: share.describe('of the packets after which a bad time begins'),
      toGood: share.describe('of the packets after which it ends'),
      inGood: share.default(0).describe('of the packets lost in good times'),
      inBad: share.describe('of the packets lost in bad times'),
    }),
  ],
  { error: 'must be a share such as 0.01, or { toBad, toGood, inGood, inBad } for losses in bursts' },
)

const outages = z.strictObject({
  every: z.number().min(1).max(3_600_000).describe('milliseconds'),
  lasts: z.number().min(0).max(3_600_000).describe('milliseconds'),
  offset: z.number().min(0).max(3_600_000).default(0).describe('milliseconds into each period, counted from 1970'),
})

/** `capacity` is the form of bits per second. */
const accessNetwork = <Capacity extends z.ZodType<number>>(capacity: Capacity, name: z.ZodString) =>
  z.strictObject({
    at: name.describe('the site that it joins'),
    profile: z.enum(accessNames).optional().describe('what is usual for its kind; default: the one of its name'),
    delay: milliseconds.optional().describe('one way, in milliseconds'),
    jitter: milliseconds.optional().describe('standard deviation of the delay, in milliseconds; at most 0.95 of it'),
    loss: loss.optional(),
    shape: z
      .enum(delayShapes)
      .optional()
      .describe(
        'of the jitter: about as often above the mean as below, or mostly a little below and sometimes far above',
      ),
    rate: z
      .union([capacity, z.strictObject({ up: capacity, down: capacity })], {
        error: 'must be 100k..100G bits per second both ways, such as 5M, or { up: 5M, down: 50M }',
      })
      .optional(),
    trace: z
      .string()
      .regex(/^[\w.-]+$/)
      .optional()
      .describe('capacity as recorded in NAME.up and NAME.down of $VAGUS_DATA/traces'),
    queue: milliseconds.optional().describe('how long a full queue takes to drain, in milliseconds'),
    outages: outages.optional(),
  })

/** An interface of the agent has the name of its network. */
const networkName = z
  .string()
  .regex(/^(?!lo$)[a-z0-9][a-z0-9-]{0,11}$/, 'must be 1..12 of a-z, 0-9 and "-", and not "lo"')

const maxNetworks = 8

export const agentForm = <Capacity extends z.ZodType<number>>(capacity: Capacity, name: z.ZodString) =>
  z.strictObject({
    networks: z
      .record(networkName, accessNetwork(capacity, name))
      .refine((networks) => Object.keys(networks).length > 0, 'must name a network')
      .refine((networks) => Object.keys(networks).length <= maxNetworks, `must be at most ${maxNetworks}`)
      .describe('by name; it begins on the first'),
    roles: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1..64 of a-z, 0-9 and "-", not starting with "-"'))
      .max(16)
      .default([])
      .describe('in the fleet of the lab, whose owner is "operator"'),
    fleet: z.enum(['member', 'stranger']).default('member').describe('stranger: a host without side-car, in no roster'),
    a2a: z.url().optional().describe('its A2A server on its own host, such as http://127.0.0.1:9000'),
    mcp: z.url().optional().describe('its MCP server on its own host'),
    program: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('what it is, command and arguments; ./ and ../ begin files beside the topology; absent: nothing runs'),
  })
