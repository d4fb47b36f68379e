/** The program that a side-car runs beside: started with the address of the others, told of signals, its end passed on. @module */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How long a program may take to end when it is asked to, in milliseconds. */
const grace = 10_000

export interface Program {
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Runs until the program ends; when `signal` is aborted it is asked to end, and after a while made to.
 * @returns its exit code, or 128 and the number of the signal that ended it
 * @throws node's error when it cannot be started
 */
export async function runProgram(
  { command: [file, ...args], environment }: Program,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(file, args, { stdio: 'inherit', env: { ...environment } })
  const ask = (): void => askToEnd(child)
  signal.addEventListener('abort', ask, { once: true })
  if (signal.aborted) ask()
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, by) => resolve(code ?? 128 + (by === null ? 0 : constants.signals[by])))
    })
  } finally {
    signal.removeEventListener('abort', ask)
  }
}

function askToEnd(child: ChildProcess): void {
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), grace).unref()
}
