/** Makes the controller a member of a fleet: a side-car in its process, before its MCP and its A2A. @module */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { JoinFleet } from '@vagus/controller'
import type { Tracer } from '@vagus/observability'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { startFailure } from './side-car-start.ts'

/** @param tracer of the controller; undefined: nothing is traced */
export const joinFleetWith =
  (tracer: Tracer | undefined): JoinFleet =>
  ({ home, name, owner, listen, controller, mcp, a2a, report }) => {
    const stop = new AbortController()
    const calls = Promise.withResolvers<string>()
    const run = async (): Promise<void> => {
      const [{ Keyring }, { runSidecar }] = await Promise.all([import('@vagus/keyring'), import('@vagus/sidecar')])
      // No other program of this host calls others in the controller's name.
      const tokens = new Map([[randomBytes(24).toString('base64url'), 'controller']])
      try {
        await runSidecar({
          keyring: new Keyring(join(home, 'agents')),
          name,
          owner,
          exposed: { mcp, a2a },
          whenServing: calls.resolve,
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
          tracer: tracer?.for('@vagus/sidecar'),
          report,
          signal: stop.signal,
        })
      } catch (error) {
        const failure = error as NodeJS.ErrnoException
        const isAddress = failure.code === 'EADDRINUSE' || failure.code === 'EADDRNOTAVAIL'
        if (!isAddress) throw startFailure(failure, name, 'end that one first')
        const taken = failure.code === 'EADDRINUSE' ? 'another program has fleet.listen: ' : ''
        const fix = 'name another address of this host, or another port: fleet.listen in vagus.yaml'
        throw new Failure(exitCode.failed, `${taken}${failure.message}`, fix, failure)
      }
    }
    const ended = run()
    ended.catch(() => undefined) // whoever waits hears it
    return {
      ended,
      calls: calls.promise,
      async close() {
        stop.abort()
        await ended.catch(() => undefined)
      },
    }
  }
