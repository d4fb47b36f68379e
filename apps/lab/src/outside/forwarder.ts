/**
 * Starts the forwarder of a lab: in this process when the lab is attached to it, else in a process of its own.
 * @module
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { LabError, type LabErrorCode } from '../errors.ts'
import { forward, type Forwarder } from '../forwarder/forward.ts'
import { labPaths, type LabSpec } from '../spec.ts'

const main = resolve(import.meta.dirname, '../forwarder/main.ts')

/** Settles when it listens. Throws `LabError` `address-in-use`. */
export async function startForwarder(spec: LabSpec): Promise<Forwarder> {
  const paths = labPaths(spec.folder)
  if (spec.mode === 'attached') return forward(spec.listen, paths.controller)
  const log = openSync(join(paths.logs, 'forwarder.log'), 'a')
  const child = spawn(process.execPath, [main, spec.listen, paths.controller, paths.control], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    cwd: '/',
  })
  closeSync(log)
  const output = child.stdout!
  const line = await firstLine(output)
  output.destroy()
  child.unref()
  if (line === '') throw new LabError('failed', `the forwarder ended at once; see ${paths.logs}`)
  const said = JSON.parse(line) as 'listening' | { readonly code: LabErrorCode; readonly message: string }
  if (said !== 'listening') throw new LabError(said.code, said.message)
  return { close: () => void child.kill() } // it ends with the lab too
}

/** Empty when `stream` ends without one. */
function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: stream })
      .once('line', resolve)
      .once('close', () => resolve(''))
  })
}
