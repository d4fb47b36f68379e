/**
 * What names in intents stand for, as vagus.yaml has it: what an owner signs of it with its set.
 *
 *   GET /v1/intent-places   IntentPlaces
 *
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

const named = <Value extends z.ZodType>(value: Value) => z.record(z.string(), value)

export const intentPlacesSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('IntentPlaces'),
  owner: z.string().describe('whose intents the controller obeys, did:key:z6Mk…'),
  devices: z.array(z.string()),
  sites: named(z.array(z.string())).describe('devices of each site'),
  links: named(z.array(z.object({ device: z.string(), interface: z.string() }))).describe('ends at devices'),
  borders: named(z.array(z.string())).describe('links of each border, by the neighbour'),
  neighbours: z.array(z.string()).describe('sites that are not ours: no line leads there'),
})
export type IntentPlaces = z.infer<typeof intentPlacesSchema>
