/**
 * The processes of a lab: started with a log each, restarted when they end by themselves, ended in order.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

export interface Program {
  /** Unique in the lab, and the name of its log: `pe-1.bgpd`. */
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly environment?: Readonly<Record<string, string>>
}

export interface Processes {
  /** Starts it, and restarts it whenever it ends by itself. */
  readonly start: (program: Program) => void
  /** Ends it; settles when it has ended. It is not started again. Unknown names and ended ones are fine. */
  readonly stop: (name: string, signal: NodeJS.Signals) => Promise<void>
  /** How often it ended by itself since it was started. */
  readonly ends: (name: string) => number
}

/** Wait before a restart: long enough not to spin, short enough to look like a service manager's. */
const restartAfter = 1000
/** A program that ends by itself more often is not restarted: its log says why it ends. */
const maxRestarts = 20
/** A process that does not end within this is killed. */
const patience = 5000

interface Entry {
  child: ChildProcess
  wanted: 'running' | 'stopped'
  restarts: number
  timer?: NodeJS.Timeout
}

/** `logs`: the folder of the logs; `onEnd`: called for unexpected ends. */
export function createProcesses(logs: string, onEnd: (name: string, how: string) => void): Processes {
  const entries = new Map<string, Entry>()

  function start(program: Program): void {
    const known = entries.get(program.name)
    if (known !== undefined && known.wanted === 'running') return
    entries.set(program.name, { child: launch(program), wanted: 'running', restarts: 0 })
  }

  function launch(program: Program): ChildProcess {
    const log = openSync(join(logs, `${program.name}.log`), 'a')
    const [command, ...args] = program.command
    const child = spawn(command, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...program.environment },
    })
    closeSync(log)
    child.once('error', (error) => ended(program, child, error.message))
    child.once('exit', (code, signal) => ended(program, child, signal ?? `exit ${code}`))
    return child
  }

  function ended(program: Program, child: ChildProcess, how: string): void {
    const entry = entries.get(program.name)
    if (entry === undefined || entry.child !== child || entry.wanted === 'stopped') return
    onEnd(program.name, how)
    if (entry.restarts++ >= maxRestarts) return
    entry.timer = setTimeout(() => (entry.child = launch(program)), restartAfter)
  }

  async function stop(name: string, signal: NodeJS.Signals): Promise<void> {
    const entry = entries.get(name)
    if (entry === undefined) return
    entry.wanted = 'stopped'
    clearTimeout(entry.timer)
    const { child } = entry
    if (hasEnded(child)) return
    const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), patience)
    await exit
    clearTimeout(late)
  }

  return { start, stop, ends: (name) => entries.get(name)?.restarts ?? 0 }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}
