/**
 * Starts the forwarder of a lab: in this process when the lab is attached to it, else in a process of its own.
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { LabError, type LabErrorCode } from '../errors.ts'
import { forward } from '../forwarder/forward.ts'
import { labPaths, type LabSpec } from '../spec.ts'

export interface Forwarder {
  readonly close: () => void
}

const main = resolve(import.meta.dirname, '../forwarder/main.ts')

/** Settles when it listens. Throws `LabError` `address-in-use`. */
export async function startForwarder(spec: LabSpec): Promise<Forwarder> {
  const paths = labPaths(spec.folder)
  if (spec.mode === 'attached') {
    const server = await forward(spec.listen, paths.controller)
    return { close: () => void server.close() }
  }
  const log = openSync(join(paths.logs, 'forwarder.log'), 'a')
  const child = spawn(process.execPath, [main, spec.listen, paths.controller, paths.control], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    cwd: '/',
  })
  closeSync(log)
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  child.stdout.destroy()
  child.unref()
  const said = JSON.parse(line) as 'listening' | { readonly code: LabErrorCode; readonly message: string }
  if (said !== 'listening') throw new LabError(said.code, said.message)
  return { close: () => {} } // it ends with the lab
}
