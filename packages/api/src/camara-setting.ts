/** What `vagus.yaml` says of the CAMARA APIs: what is offered, to whom, and whom the controller may tell of it. @module */
import { z } from 'zod'
import { duration, isWithin } from './duration-setting.ts'
import { bitsPerSecond } from './rate-setting.ts'

/** Of `QosProfileName`. */
export const profileNamePattern = /^[a-zA-Z0-9_.-]{3,256}$/
/** In the units of `RateUnitEnum`, the smallest first. */
const rateUnits = [
  ['bps', 1],
  ['kbps', 1e3],
  ['Mbps', 1e6],
  ['Gbps', 1e9],
  ['Tbps', 1e12],
] as const
/** Highest value of a `Rate`. */
const maxRateValue = 1024

/** As a `Rate`; undefined where none is exactly that. */
export function camaraRate(bitsPerSecond: number): { value: number; unit: (typeof rateUnits)[number][0] } | undefined {
  for (const [unit, size] of rateUnits) {
    const value = bitsPerSecond / size
    if (Number.isInteger(value) && value <= maxRateValue) return { value, unit }
  }
  return undefined
}

const rateText = 'must be a whole number up to 1,024 of bit/s, kbit/s, Mbit/s or Gbit/s: CAMARA has no others'
const term = duration.refine((text) => isWithin(text, 1000, 30 * 86_400_000), 'must be 1s to 30d')
const hostText = 'must be a host, or host:port, such as hooks.example or 127.0.0.1:9000'
/** A name or IPv4 address, or an IPv6 address in brackets, with a port or without. */
const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?)(:\d{1,5})?$/

const profile = z.strictObject({
  name: z
    .string()
    .regex(profileNamePattern, 'must be 3..256 of a-z, A-Z, 0-9, "_", "." and "-"')
    .describe('as it is asked for, such as QOS_M'),
  description: z
    .string()
    .max(1024)
    .regex(/^(\P{Cc}|[\t\n\r])*$/u, 'must have no control characters')
    .optional()
    .describe('for who chooses'),
  rate: bitsPerSecond
    .refine((rate) => camaraRate(rate) !== undefined, rateText)
    .describe('guaranteed both ways, bits per second'),
  maxDelayMs: z
    .int()
    .positive()
    .max(60_000)
    .optional()
    .describe('packet delay budget: highest delay one way, as measured'),
  protect: z.boolean('must be true or false').default(false).describe('whether a second path is held'),
  minDuration: term.default('1s').describe('shortest session, 1s to 30d'),
  maxDuration: term.default('1d').describe('longest session with all extensions, 1s to 30d'),
  status: z
    .enum(['ACTIVE', 'INACTIVE', 'DEPRECATED'], 'must be ACTIVE, INACTIVE or DEPRECATED')
    .default('ACTIVE')
    .describe('only of an ACTIVE one sessions are created'),
})

const consumer = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be 1..63 of a-z, 0-9, "-" and ".", not starting with "-" or "."')
    .describe('as lines and events name it'),
  tokenFile: z.string().min(1).describe('file of mode 0600 with its bearer token, 32..80 characters'),
  sites: z.array(z.string()).max(1000).default([]).describe('where its devices may be; empty: at all sites'),
  count: z.int().min(1).max(4096).default(16).describe('its sessions at once'),
})

export const camaraSetting = z
  .strictObject({
    profiles: z
      .array(profile)
      .min(1)
      .max(100)
      .describe('QoS profiles, each a private line for the packets of a session'),
    consumers: z
      .array(consumer)
      .max(64)
      .default([])
      .describe('who may use the APIs, besides the operator with its key'),
    count: z.int().min(1).max(4096).default(64).describe('sessions of all consumers at once'),
    sinks: z
      .array(z.string().regex(hostPattern, hostText))
      .max(64)
      .default([])
      .describe(
        'hosts that are told of sessions, though they have private addresses or no TLS; public ones with https always are',
      ),
  })
  .optional()
  .describe('the CAMARA APIs quality-on-demand and qos-profiles; needs "lines"')

export type CamaraConfig = NonNullable<z.infer<typeof camaraSetting>>
