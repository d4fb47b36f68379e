/**
 * The form of a topology file. `check.ts` has the rules beyond the form (unknown nodes, overlapping prefixes).
 * @module
 */
import { z } from 'zod'
import { agentForm } from './agent-schema.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]{0,14}$/, 'must be 1..15 of a-z, 0-9 and "-", and start with a letter')
/** 4,200,000,000 and up are private (RFC 6996), as is 64512..65534. */
const as = z.int().min(1).max(4_294_967_294)
const prefix = z.union([z.cidrv4(), z.cidrv6()], { error: 'must be an IPv4 or IPv6 prefix, such as 10.16.0.0/16' })
const prefixes = z.array(prefix).min(1, 'must name at least one prefix').max(64)

const unit = { '': 1, k: 1e3, M: 1e6, G: 1e9 } as const

const capacity = z
  .union([z.string(), z.number()], {
    error: ({ input }) => `${input === undefined ? 'is missing; write the' : 'must be'} bits per second, such as 100M`,
  })
  .transform((value, context) => {
    const match = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(String(value))
    const bitsPerSecond = match === null ? 0 : Math.round(Number(match[1]) * unit[match[2] as keyof typeof unit])
    if (bitsPerSecond >= 1e5 && bitsPerSecond <= 1e11) return bitsPerSecond
    context.addIssue(`"${value}" must be 100k..100G bits per second, such as 100M`)
    return z.NEVER
  })

const router = z.strictObject({
  role: z.enum(['edge', 'core']),
  reflector: z.boolean().default(false).describe('reflects routes between the other routers (RFC 4456)'),
})

const site = z.strictObject({
  as,
  prefixes: prefixes.describe('every address of them is a host of the site'),
})

const neighbour = z.strictObject({
  as,
  routers: z.array(name).min(1).max(16),
  hosts: z.strictObject({
    at: name.describe('the router that has the hosts'),
    prefixes: prefixes.describe('every address of them is a host of the neighbour'),
  }),
  announces: z.array(prefix).max(64).default([]).describe('announced besides the prefixes of its hosts'),
})

const link = z.strictObject({
  between: z.tuple([name, name], { error: 'must name two nodes, such as [pe-1, p-1]' }),
  capacity,
  name: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,62}$/)
    .optional()
    .describe('default: both nodes with a "-" between them'),
  metric: z.int().min(1).max(65535).default(10).describe('OSPF cost, both ways'),
})

/** A kernel and two cores carry more, but a map of them is illegible. */
const maxNodes = 100
const maxLinks = 400

export const topologySchema = z.strictObject({
  name,
  description: z.string().optional(),
  as: as.describe('our AS number'),
  routers: z.record(name, router),
  sites: z.record(name, site),
  neighbours: z.record(name, neighbour),
  links: z.array(link).min(1).max(maxLinks),
  agents: z.record(name, agentForm(capacity, name)).default({}).describe('hosts that move between access networks'),
})

export type Topology = z.infer<typeof topologySchema>
export { maxNodes }
