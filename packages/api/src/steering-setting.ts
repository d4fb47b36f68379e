/** `steering` of `vagus.yaml`: what the controller proposes, and may do by itself. @module */
import { z } from 'zod'
import { duration, isWithin } from './duration-setting.ts'
import { prefix } from './prefix-setting.ts'

const stepText = 'must be 10s to 5m: counters come every few seconds, and are kept that long'

export const steeringSetting = z
  .strictObject({
    enabled: z
      .boolean('must be true or false')
      .default(true)
      .describe('whether borders with several links are watched, and moves between these links proposed'),
    every: duration
      .refine((text) => isWithin(text, 10_000, 300_000), stepText)
      .default('60s')
      .describe('how often, 10s to 5m; another value begins to learn the thresholds anew'),
    horizon: duration
      .refine((text) => isWithin(text, 10_000, 3_600_000), 'must be 10s to 1h')
      .default('5m')
      .describe('how far ahead a link must not be full, 10s to 1h; rounded to whole steps'),
    act: z
      .enum(['on-approval', 'by-itself'], 'must be on-approval or by-itself')
      .default('on-approval')
      .describe('by-itself: the controller approves proposals within steering.bounds'),
    bounds: z
      .strictObject({
        proven: z
          .int()
          .min(0)
          .max(1000)
          .default(5)
          .describe(
            'acts at a border once so many of its proposals helped or would have, since the last one that failed; 0: at once',
          ),
        lease: duration
          .refine((text) => isWithin(text, 60_000, 86_400_000), 'must be 1m to 1d')
          .default('1h')
          .describe('how long its approvals hold, 1m to 1d'),
        moves: z.int().min(1).max(64).default(4).describe('prefixes that one approval may move'),
        perHour: z.int().min(1).max(60).default(4).describe('approvals at a border in an hour'),
        prefixes: z.array(prefix).max(1000).default([]).describe('only these and what is within; empty: all of ours'),
      })
      .prefault({})
      .describe('what it may do by itself'),
    agents: z
      .strictObject({
        lease: duration
          .refine((text) => isWithin(text, 60_000, 86_400_000), 'must be 1m to 1d')
          .default('1h')
          .describe('how long an approval of an agent holds at most, 1m to 1d'),
        moves: z.int().min(1).max(64).default(4).describe('prefixes that one approval may move'),
        perHour: z.int().min(1).max(60).default(4).describe('approvals of all agents in an hour'),
      })
      .optional()
      .describe(
        'which proposals agents of the fleet may approve, if its policies let them (skill steering-approval), and they did not ask for it themselves; absent: none',
      ),
  })
  .prefault({})
  .describe('proposing over which of the parallel links to a neighbour traffic should enter')
