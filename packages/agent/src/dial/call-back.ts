/** Calls an agent that waits for us: one that is not listed returns by itself, but one that only listens does not. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import { NotAdmittedError } from '../errors.ts'

/** Milliseconds between calls. */
const firstPause = 100
const maxPause = 5000

/** Calls until there is a session, or for long enough in vain. */
export async function callBack(connect: () => Promise<unknown>, closing: AbortSignal): Promise<void> {
  for (let pause = firstPause; pause <= maxPause && !closing.aborted; pause *= 2) {
    try {
      await connect()
      return
    } catch (error) {
      if (error instanceof NotAdmittedError) return
      await sleep(pause, undefined, { ref: false })
    }
  }
}
