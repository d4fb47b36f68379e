/**
 * Takes a lab down.
 * @module
 */
import { rmdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { ask } from '../control/client.ts'
import { LabError } from '../errors.ts'
import type { LabReference } from '../lab.ts'
import { labPaths } from '../spec.ts'
import { findLab } from './folder.ts'
import { endsWithin, holderOf } from './holding-process.ts'

/** Milliseconds for an orderly end: three stages of at most five seconds each inside. */
const patience = 20_000

/**
 * Ends every process of the lab and removes its folder. Throws `LabError` `not-running` when there is no such lab.
 * `seconds` is how long it took.
 */
export async function labDown(which: LabReference = {}): Promise<{ readonly name: string; readonly seconds: number }> {
  const started = performance.now()
  const folder = findLab(which)
  await endLab(folder)
  return { name: basename(folder), seconds: Math.round(performance.now() - started) / 1000 }
}

/** Ends the lab in `folder`, in any state, and removes the folder. */
export async function endLab(folder: string): Promise<void> {
  await endProcesses(folder)
  removeFolder(folder)
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  try {
    rmdirSync(dirname(folder))
  } catch {} // another lab has its folder there
}

/** Ends every process of the lab in `folder`; the folder stays. */
export async function endProcesses(folder: string): Promise<void> {
  const asked = await ask(labPaths(folder).control, { type: 'down' }).catch(() => undefined)
  if (asked === undefined || !(await endsWithin(folder, patience))) {
    const holder = holderOf(folder)
    if (holder !== undefined) process.kill(holder, 'SIGKILL') // --kill-child takes everything inside with it
    if (!(await endsWithin(folder, patience))) throw new LabError('failed', `process ${holder} of the lab does not end`)
  }
}
