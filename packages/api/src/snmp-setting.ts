/** What `vagus.yaml` says of asking routers for their interface counters by SNMP. @module */
import { z } from 'zod'
import { duration, isWithin } from './duration-setting.ts'

const versionText =
  'must be 3 or 2c: SNMPv1 has no 64-bit counters, without which totals wrap after 34 s at 1 Gb/s, and no GetBulk'
const everyText = 'must be 1s to 5m'
const timeoutText = 'must be 1s to 30s'
const addressText = 'must be an address, such as 192.0.2.1 or 2001:db8::1'

const snmpAuths = ['sha256', 'sha512', 'sha384', 'sha224', 'sha', 'md5'] as const
const snmpPrivacies = ['aes', 'aes256', 'aes256-cisco'] as const
const snmpLevels = ['authPriv', 'authNoPriv', 'noAuthNoPriv'] as const

/** What all devices may have in common; each is absent where the other place, or the default, says it. */
const shared = {
  version: z
    .union([z.literal('3'), z.literal('2c'), z.literal(3)], versionText)
    .transform((version) => (version === '2c' ? '2c' : '3'))
    .optional()
    .describe('3 (default) or 2c, whose community anybody on the way can read and use'),
  user: z.string().min(1).max(32).optional().describe('user of SNMPv3 at the routers, such as vagus'),
  level: z
    .enum(snmpLevels, `must be one of ${snmpLevels.join(', ')}`)
    .optional()
    .describe('of SNMPv3; default authPriv: authenticated and encrypted'),
  auth: z
    .enum(snmpAuths, `must be one of ${snmpAuths.join(', ')}`)
    .optional()
    .describe('by which SNMPv3 authenticates; default sha256 (RFC 7860)'),
  privacy: z
    .enum(snmpPrivacies, `must be one of ${snmpPrivacies.join(', ')}; DES is broken`)
    .optional()
    .describe('by which SNMPv3 encrypts; default aes, of 128 bits (RFC 3826); aes256-cisco extends keys as Cisco does'),
  secretsFile: z
    .string()
    .min(1)
    .optional()
    .describe('file of mode 0600 with "auth: SECRET" and "privacy: SECRET", or "community: SECRET" for 2c'),
  port: z.int('must be 1..65535').min(1).max(65_535).optional().describe('UDP port of the routers; default 161'),
  every: duration
    .refine((text) => isWithin(text, 1000, 300_000), everyText)
    .optional()
    .describe('how often, 1s to 5m; default 30s: some routers refresh their counters no sooner'),
  timeout: duration
    .refine((text) => isWithin(text, 1000, 30_000), timeoutText)
    .optional()
    .describe('how long to wait for an answer, 1s to 30s; default 2s; each question is sent twice'),
}

export const snmpSetting = z
  .strictObject(shared)
  .prefault({})
  .describe('how devices with "snmp" are asked for their interface counters, unless they say otherwise')

export const deviceSnmpSetting = z
  .strictObject({
    address: z
      .union([z.ipv4(), z.ipv6()], addressText)
      .optional()
      .describe('where it answers SNMP; default devices.address'),
    ...shared,
  })
  .optional()
  .describe('it is asked for its interface counters by SNMP; {} takes all from "snmp"; absent: it is not asked')
