/**
 * One process at a time changes an agent's files. The lock is a file that only one can create; it is held for
 * milliseconds, so one that is older than `staleAfter` belongs to a process that was killed.
 * @module
 */
import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { KeyringError } from './errors.ts'
import { withSystemErrors } from './private-file.ts'

/** Milliseconds; a change takes some 20 ms on a slow disk. */
const staleAfter = 10_000
const waitAtMost = 15_000
const step = 20

/** Runs `body` while no other process changes what `path` guards. @throws {KeyringError} `locked` */
export function withFileLock<T>(path: string, body: () => T): T {
  const giveUpAt = performance.now() + waitAtMost
  while (!taken(path)) {
    if (performance.now() > giveUpAt) {
      throw new KeyringError('locked', `another process holds ${path}`, `if none does: rm ${path}`)
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step)
  }
  try {
    return body()
  } finally {
    rmSync(path, { force: true })
  }
}

function taken(path: string): boolean {
  return withSystemErrors(path, () => {
    try {
      closeSync(openSync(path, 'wx', 0o600))
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs
      if (since !== undefined && Date.now() - since > staleAfter) rmSync(path, { force: true })
      return false
    }
  })
}
