/** Requests to the process of an access link, and their answers. @module */
import { askLine } from '../control/line-socket.ts'
import type { Fate } from './one-way.ts'
import type { Way } from './profile.ts'

/** How many packets of each way met each fate. */
export type Fates = Readonly<Record<Way, Readonly<Record<Fate, number>>>>

export interface EmulatorRequest {
  /** The state from now on; absent: unchanged. */
  readonly state?: 'alive' | 'dead'
}

/** Milliseconds. */
const patience = 5000

/** The fates of the packets so far. Rejects when nobody answers at `path`. */
export async function askEmulator(path: string, request: EmulatorRequest): Promise<Fates> {
  const fates = await askLine<Fates>(path, request, patience)
  if (fates === undefined) throw new Error(`nobody answers at ${path}`)
  return fates
}
