/** Who did or asked for something, as receipts, orders and events name it. @module */
import { z } from 'zod'

export { actorText } from './actor-text.ts'

export const actorSchema = z.object({
  kind: z
    .enum(['operator', 'agent', 'controller'])
    .describe('operator: signed in, or has the key; agent: proved its id in a session'),
  id: z.string().max(2048).nullable().describe('did:key:…, issuer#subject or token:NAME; null: none'),
  name: z
    .string()
    .max(256)
    .nullable()
    .describe('of a member, as its owner says it, or `name <email>`; what the controller does it for; null: none'),
})

export type Actor = z.infer<typeof actorSchema>

export const operator: Actor = { kind: 'operator', id: null, name: null }
/** The controller by itself, within the bounds of vagus.yaml. */
export const controller: Actor = { kind: 'controller', id: null, name: null }
