/** Who did or asked for something, as receipts, orders and events name it. @module */
import { z } from 'zod'

export { actorText } from './actor-text.ts'

export const actorSchema = z.object({
  kind: z
    .enum(['operator', 'agent', 'controller'])
    .describe('operator: who has the key of this program; agent: proved its id in a session; controller: by itself'),
  id: z.string().max(256).nullable().describe('of the agent, did:key:…; null: it has none'),
  name: z
    .string()
    .max(256)
    .nullable()
    .describe(
      'of a member, as the owner of its fleet says it; of the controller, the intent or session it does it for; null: none',
    ),
})

export type Actor = z.infer<typeof actorSchema>

export const operator: Actor = { kind: 'operator', id: null, name: null }
/** The controller by itself, within the bounds of vagus.yaml. */
export const controller: Actor = { kind: 'controller', id: null, name: null }
