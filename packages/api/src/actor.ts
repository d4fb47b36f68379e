/** Who did or asked for something, as receipts, orders and events name it. @module */
import { z } from 'zod'

export { actorText } from './actor-text.ts'

export const actorSchema = z.object({
  kind: z
    .enum(['operator', 'agent', 'controller'])
    .describe(
      'operator: a person or script that signed in, or has the key of this program; agent: proved its id in a session; controller: by itself',
    ),
  id: z
    .string()
    .max(2048)
    .nullable()
    .describe('of the agent, did:key:…; of a person, issuer and subject; of a script, token:NAME; null: it has none'),
  name: z
    .string()
    .max(256)
    .nullable()
    .describe(
      'of a member, as the owner of its fleet says it; of a person, `name <email>`; of the controller, the intent or session it does it for; null: none',
    ),
})

export type Actor = z.infer<typeof actorSchema>

export const operator: Actor = { kind: 'operator', id: null, name: null }
/** The controller by itself, within the bounds of vagus.yaml. */
export const controller: Actor = { kind: 'controller', id: null, name: null }
