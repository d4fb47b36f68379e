/** Agents that the controller heard on its links by GRASP (RFC 8990 §2.5.2): unproven hints. @module */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

const time = z.iso.datetime()

const neighbourSchema = z.object({
  agent: z.string().describe('what it calls itself'),
  skills: z.array(z.string()),
  protocols: z.array(z.string()),
  interface: z.string().describe("the controller's interface where it was heard"),
  locator: z.string().nullable().describe('where it answers, such as [fe80::1%eth0]:40123; link-local'),
  firstAt: time,
  lastAt: time,
  expiresAt: time,
})

export const neighbourListSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('NeighbourList'),
  now: time,
  interfaces: z.array(z.string()).describe('where the controller listens; empty without grasp.interfaces'),
  items: z.array(neighbourSchema),
})

export type NeighbourList = z.infer<typeof neighbourListSchema>
