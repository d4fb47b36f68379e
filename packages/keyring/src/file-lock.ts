/**
 * One process at a time changes an agent's files. The lock is a file that only one can create, with the process that holds
 * it: when that one was killed, the next takes the lock at once. It is held for milliseconds, so where the process cannot
 * be asked for (it is of another container), a lock that is older than `staleAfter` counts as left.
 * @module
 */
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, statSync, writeSync } from 'node:fs'
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
      const file = openSync(path, 'wx', 0o600)
      writeSync(file, `${process.pid} ${numbersOf()}`)
      closeSync(file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isLeft(path)) rmSync(path, { force: true })
      return false
    }
  })
}

/** Whether whoever took the lock is not there any more. */
function isLeft(path: string): boolean {
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (since === undefined) return false
  if (Date.now() - since > staleAfter) return true
  const [, pid, numbers] = /^(\d+) (.+)$/.exec(textOf(path)) ?? []
  return numbers !== undefined && numbers === numbersOf() && !isThere(Number(pid))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '' // given back meanwhile
    throw error
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Which numbers of processes are meant: this boot, this namespace. Empty where the system does not say. */
function numbersOf(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
