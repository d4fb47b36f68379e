/**
 * Starts the namespaces of a lab with the lab's own process in them.
 * @module
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { dataFolder } from '../data-folder.ts'
import { labPaths, type LabSpec } from '../spec.ts'
import { writeHolder } from './holding-process.ts'
import { initScript } from './init-script.ts'
import { type Substrate, toolPath } from './substrate.ts'

const inside = resolve(import.meta.dirname, '../inside/main.ts')
const checkout = resolve(import.meta.dirname, '../../../..')

/** Its own session, so that Ctrl-C of the terminal reaches the caller only, who then takes the lab down in order. */
export function startNamespaces({ folder, record }: LabSpec, { options }: Substrate): void {
  const paths = labPaths(folder)
  const script = initScript([
    folder,
    checkout,
    dirname(process.execPath),
    ...(record === undefined ? [] : [record.folder]),
  ])
  const log = openSync(join(paths.logs, 'lab.log'), 'a')
  const command = ['sh', '-c', script, 'lab', process.execPath, inside, paths.spec]
  const child = spawn('unshare', [...options, '--', ...command], {
    detached: true,
    stdio: ['ignore', log, log],
    env: cleanEnvironment(),
    cwd: '/',
  })
  closeSync(log)
  child.on('error', () => {}) // found before, so it cannot be missing; else nothing answers and that is said
  child.unref()
  if (child.pid !== undefined) writeHolder(folder, child.pid)
}

/**
 * The caller's settings are not the lab's: its controller follows the generated file alone. The data folder is named from
 * the root, since the lab does not stand where the caller does.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('VAGUS_'))
  return { ...Object.fromEntries(kept), PATH: toolPath, VAGUS_DATA: dataFolder() }
}
