/** The real binary as its own process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join, resolve } from 'node:path'

export const launcher = resolve(import.meta.dirname, '../../../bin/vagus.mjs')

/** The machine's own Node, whatever its version: the first one in PATH that does not come from the lock file. */
export const ownNode: string | undefined = (process.env['PATH'] ?? '')
  .split(':')
  .concat('/usr/bin', '/usr/local/bin')
  .filter((folder) => folder !== '' && !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

export interface Ended {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

/** What the one who runs the test has set must not change what is tested. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const ours = ['NO_COLOR', 'COLUMNS']
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('VAGUS_') && !ours.includes(name))
  return { ...Object.fromEntries(rest), ...more }
}

/** Starts it under `node`. */
export function start(
  node: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(node, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: environment(more) })
}

/** What it printed and how it ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  const written = { out: '', err: '' }
  child.stdout!.on('data', (octets: Buffer) => (written.out += octets.toString()))
  child.stderr!.on('data', (octets: Buffer) => (written.err += octets.toString()))
  return new Promise((done) => child.once('close', (exit) => done({ exit, ...written })))
}

export const vagus = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  ended(start(process.execPath, args, more))
