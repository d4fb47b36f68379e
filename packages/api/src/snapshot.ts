/**
 * The state of a running controller at one moment, held in files for a backup.
 *
 *   POST /v1/snapshot   Snapshot, then an empty line now and then: the files are there until the reader leaves
 *
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'

const markSchema = z.object({
  id: z.int().min(0).describe('of the event; 0: before the first'),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})

export const snapshotQuerySchema = z.strictObject({
  flows: z.enum(['with', 'without']).default('with').describe('whether flow records and their sums are in it'),
})

export const snapshotSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Snapshot'),
  now: z.iso.datetime(),
  version: z.string().describe('of the controller'),
  domain: z.string(),
  home: z.string().describe('folder of the state, on the host of the controller'),
  folder: z.string().describe('where the files are, there'),
  files: z.array(
    z.object({
      name: z.string().describe('below the folder'),
      octets: z.int().min(0).describe('what follows in the file is no part of it'),
    }),
  ),
  record: z.object({ after: markSchema, last: markSchema }).describe('begin and end of the record of events'),
})

export type Snapshot = z.infer<typeof snapshotSchema>
export type SnapshotQuery = z.infer<typeof snapshotQuerySchema>
