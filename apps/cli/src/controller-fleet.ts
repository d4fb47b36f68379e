/** Makes the controller a member of a fleet: a side-car in its process, before its MCP. @module */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { JoinFleet } from '@vagus/controller'
import { startFailure } from './side-car-start.ts'

export const joinFleet: JoinFleet = ({ home, name, owner, listen, controller, mcp, report }) => {
  const stop = new AbortController()
  const run = async (): Promise<void> => {
    const [{ Keyring }, { runSidecar }] = await Promise.all([import('@vagus/keyring'), import('@vagus/sidecar')])
    // It only serves: no program of this host calls others in the controller's name.
    const tokens = new Map([['nobody', randomBytes(24).toString('base64url')]])
    try {
      await runSidecar({
        keyring: new Keyring(join(home, 'agents')),
        name,
        owner,
        exposed: { mcp },
        listen,
        controller,
        folders: [],
        relays: [],
        allowed: [],
        port: 0,
        tokens,
        program: [],
        environment: {},
        tells: 'who and where',
        report,
        signal: stop.signal,
      })
    } catch (error) {
      throw startFailure(error as NodeJS.ErrnoException, name, 'end that one first')
    }
  }
  const ended = run()
  ended.catch(() => undefined) // whoever waits hears it
  return {
    ended,
    async close() {
      stop.abort()
      await ended.catch(() => undefined)
    },
  }
}
