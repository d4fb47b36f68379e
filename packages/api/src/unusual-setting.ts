/** What `vagus.yaml` says of what is unlike itself. @module */
import { z } from 'zod'
import { duration, isWithin } from './duration-setting.ts'

export const unusualSetting = z
  .strictObject({
    enabled: z
      .boolean('must be true or false')
      .default(true)
      .describe('whether traffic, sessions and interfaces are held against their own past'),
    every: duration
      .refine((text) => isWithin(text, 1000, 900_000), 'must be 1s to 15m')
      .default('60s')
      .describe('how often, 1s to 15m; another value begins to learn anew'),
  })
  .prefault({})
  .describe('telling of what is unlike itself')
