/** Requests to the process of an access link, and their answers. @module */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
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
  const socket = connect(path)
  socket.setTimeout(patience, () => socket.destroy(new Error(`no answer from ${path} within ${patience} ms`)))
  try {
    await once(socket, 'connect')
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const line of createInterface({ input: socket })) return JSON.parse(line) as Fates
    throw new Error(`the emulator at ${path} closed the connection without an answer`)
  } finally {
    socket.destroy()
  }
}
