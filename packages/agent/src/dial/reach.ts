/** Calls a caller that waits for us, until there is a session, or for long enough in vain. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import { NotAdmittedError } from '../errors.ts'

/** Milliseconds between calls. */
const firstPause = 100
const maxPause = 5000

/** A caller that is not listed will return by itself, and is given up after a while. */
export async function reach(connect: () => Promise<unknown>, closing: AbortSignal): Promise<void> {
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
