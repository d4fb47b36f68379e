/** Answers of the controller that are not resources: problems and health. @module */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

/** RFC 9457. `errors` names each wrong parameter and what would be right. */
export const problemSchema = z.object({
  type: z.string().describe('about:blank, or a URI that names the problem'),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ parameter: z.string(), problem: z.string() })).optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** Answer of /healthz and /readyz. */
export const healthSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Health'),
  ok: z.boolean(),
  reasons: z.array(z.string()).describe('why not; empty when ok'),
})
