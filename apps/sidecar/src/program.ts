/** The program that a side-car runs beside: started with the address of the others, told of signals, its end passed on. @module */
import { spawn } from 'node:child_process'
import { accessSync, constants as access, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Exposed } from './served/exposure.ts'

/** How long a program may take to end when it is asked to, in milliseconds. */
const grace = 10_000

export interface Program {
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Runs until the program ends; when `signal` is aborted it is asked to end, and made to after a while, or when
 * this process exits before.
 * @returns its exit code, or 128 and the number of the signal that ended it
 * @throws node's error when it cannot be started
 */
export async function runProgram({ command, environment }: Program, signal: AbortSignal): Promise<number> {
  const [file, ...args] = endedWithUs(command, environment['PATH'] ?? '')
  const child = spawn(file, args, { stdio: 'inherit', env: { ...environment } })
  const end = (): void => void child.kill('SIGKILL')
  const ask = (): void => {
    child.kill('SIGTERM')
    setTimeout(end, grace).unref()
    process.once('exit', end) // on a second signal there is no more grace
  }
  signal.addEventListener('abort', ask, { once: true })
  if (signal.aborted) ask()
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, by) => resolve(code ?? 128 + (by === null ? 0 : constants.signals[by])))
    })
  } finally {
    signal.removeEventListener('abort', ask)
    process.off('exit', end)
  }
}

/**
 * A line for people, or none. A server that ends takes its agent along, and often says nothing itself; a client has simply
 * done its work. @param exit as of `runProgram`
 */
export function endText(
  { program, exposed }: { readonly program: readonly string[]; readonly exposed: Exposed },
  exit: number,
): readonly string[] {
  const by = Object.entries(constants.signals).find(([, number]) => exit === 128 + number)?.[0]
  if (by === undefined && exposed.a2a === undefined && exposed.mcp === undefined) return []
  return [
    `${program.join(' ')} has ended, ${by === undefined ? `exit code ${exit}` : `by ${by}`}; so does its side-car`,
  ]
}

/**
 * The same program, but the kernel asks it to end when this process is gone, also by kill -9: it would keep its port from
 * the one that the next side-car starts. As it is where util-linux is not there, and when the program is not, whose error
 * should name it.
 */
export function endedWithUs(command: Program['command'], path: string): Program['command'] {
  return isIn(path, 'setpriv') && isIn(path, command[0])
    ? ['setpriv', '--pdeathsig', 'TERM', '--', ...command]
    : command
}

export const isIn = (path: string, file: string): boolean =>
  file.includes('/') ? isProgram(file) : path.split(delimiter).some((folder) => isProgram(join(folder, file)))

function isProgram(file: string): boolean {
  try {
    accessSync(file, access.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
