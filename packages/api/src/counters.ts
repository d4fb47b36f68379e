/** Where interface counters of devices come from, and what routers that are asked by SNMP tell of themselves. @module */
import { z } from 'zod'

const time = z.iso.datetime()
const count = z.int().min(0)

export const counterSources = ['sflow', 'snmp'] as const
export type CounterSource = (typeof counterSources)[number]

export const counterSource = z.enum(counterSources)

const snmpSchema = z.object({
  version: z.enum(['3', '2c']),
  level: z.string().describe('of SNMPv3; empty for 2c'),
  place: z.string().describe('where it is asked: ADDRESS:PORT'),
  everySeconds: z.number(),
  state: z.enum(['waiting', 'answers', 'unreachable']).describe('waiting: the first round is not over'),
  since: time,
  lastAt: time.nullable().describe('of the last whole round'),
  problem: z.string().describe('why it does not answer, and what would mend it; empty while it does'),
  sysName: z.string().nullable(),
  upSince: time.nullable().describe('since when it, or its SNMP agent, is up'),
  missing: z.array(z.string()).describe('interfaces of vagus.yaml that it does not have, by name'),
  moved: z
    .array(z.object({ name: z.string(), configured: count, index: count }))
    .describe('interfaces whose ifIndex is not the one of vagus.yaml'),
  tooFast: z.array(z.string()).describe('interfaces with 32-bit counters alone, which wrap more than once in a round'),
})

export const deviceCountersSchema = z.object({
  device: z.string(),
  from: z
    .array(counterSource)
    .describe('sflow: the device tells them by itself, or "vagus device" beside it does; an interface has one source'),
  since: time.nullable().describe('of the oldest of them; null: no counters arrive'),
  snmp: snmpSchema.optional().describe('absent where it is not asked'),
})

/** What `GET /v1/devices/{device}/interfaces` answers: all that the router has, configured or not. */
export const deviceInterfacesSchema = z.object({
  apiVersion: z.literal('vagus/v1'),
  kind: z.literal('DeviceInterfaces'),
  device: z.string(),
  now: time,
  isCut: z.boolean().describe('it has more than are listed'),
  items: z.array(
    z.object({
      index: count.describe('ifIndex'),
      name: z.string().describe('ifName, else ifDescr'),
      description: z.string().describe('ifDescr'),
      alias: z.string().describe('ifAlias: what its operator wrote'),
      bitsPerSecond: z.number().nullable().describe('ifHighSpeed; null where it tells none'),
      configured: z.string().nullable().describe('its name in vagus.yaml'),
    }),
  ),
})

export type DeviceCounters = z.infer<typeof deviceCountersSchema>
export type DeviceInterfaces = z.infer<typeof deviceInterfacesSchema>
