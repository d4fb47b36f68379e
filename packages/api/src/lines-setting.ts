/** `lines` of `vagus.yaml`: private lines, and what agents may order of them. @module */
import { z } from 'zod'
import { duration, isWithin } from './duration-setting.ts'
import { bitsPerSecond } from './rate-setting.ts'

const blockText = 'must be an IPv6 prefix of 32 bits, such as fd00:c::/32'

export const linesSetting = z
  .strictObject({
    block: z
      .cidrv6({ error: blockText, abort: true })
      .refine((text) => text.endsWith('/32'), blockText)
      .describe('prefix of the SIDs of lines, the same as of "vagus device --lines": nothing else may use it'),
    share: z
      .number()
      .gt(0)
      .max(0.95)
      .default(0.9)
      .describe('part of each link that lines may take together, up to 0.95'),
    count: z.int().min(1).max(4096).default(256).describe('lines at once, with those that are booked'),
    agents: z
      .strictObject({
        rate: bitsPerSecond.describe('highest rate of a line, bits per second'),
        least: bitsPerSecond
          .default(1_000_000)
          .describe('lowest rate of a line: all that two sites send to each other goes over it, and no faster'),
        for: duration
          .refine((text) => isWithin(text, 1000, 31 * 86_400_000), 'must be 1s to 31d')
          .default('1h')
          .describe('longest time of a line, from its start to its end, 1s to 31d'),
        share: z
          .number()
          .gt(0)
          .max(0.95)
          .default(0.3)
          .describe('part of each link that lines of all agents may take together; the rest of lines.share is yours'),
        count: z.int().min(1).max(4096).default(64).describe('lines of all agents at once, with those that are booked'),
        each: z.int().min(1).max(4096).default(4).describe('lines of one agent at once, with those that are booked'),
        sites: z
          .enum(['own', 'any'], 'must be own or any')
          .default('own')
          .describe('own: only from or to the site where the agent is'),
      })
      .optional()
      .describe('what agents of the fleet may order by themselves; absent: nothing'),
  })
  .optional()
  .describe('private lines on demand; needs "agent", and "node" of the devices')
