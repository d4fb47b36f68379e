/**
 * One process at a time changes an agent's files. The lock is a file that only one can create, with the process that holds
 * it: when that one was killed, the next takes the lock at once. It is held for milliseconds, so where the process cannot
 * be asked for (it is of another container), a lock that is older than `staleAfter` counts as left. Of several who find a
 * lock that is left one takes it away: whoever creates a second file, `PATH.left`, and finds it there still.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { KeyringError } from './errors.ts'
import { withSystemErrors } from './private-file.ts'

/** Milliseconds; a change takes some 20 ms on a slow disk. */
const staleAfter = 10_000
const waitAtMost = 15_000
const step = 20

/** Runs `body` while no other process changes what `path` guards. @throws {KeyringError} `locked` */
export function withFileLock<T>(path: string, body: () => T): T {
  const giveUpAt = performance.now() + waitAtMost
  const own = `${process.pid} ${numbersOf()} ${randomUUID()}`
  while (!taken(path, own)) {
    if (performance.now() > giveUpAt) {
      throw new KeyringError('locked', `another process holds ${path}`, `if none does: rm ${path}`)
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step)
  }
  try {
    return body()
  } finally {
    if (textOf(path) === own) rmSync(path, { force: true }) // held for too long, it is somebody else's by now
  }
}

function taken(path: string, own: string): boolean {
  return withSystemErrors(path, () => {
    if (isCreated(path, own)) return true
    if (isLeft(path)) takeAway(path, own)
    return false
  })
}

function takeAway(path: string, own: string): void {
  const second = `${path}.left`
  if (!isCreated(second, own)) {
    if (isLeft(second)) rmSync(second, { force: true }) // its process was killed within a few microseconds
    return
  }
  try {
    if (isLeft(path)) rmSync(path, { force: true })
  } finally {
    rmSync(second, { force: true })
  }
}

/** `false`: it is there. */
function isCreated(path: string, text: string): boolean {
  const file = opened(path)
  if (file === undefined) return false
  try {
    writeFileSync(file, text)
    return true
  } catch (error) {
    rmSync(path, { force: true }) // on a full disk it would be a lock of nobody, which everybody waits for
    throw error
  } finally {
    closeSync(file)
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return undefined
  }
}

/** Whether whoever took the lock is not there any more. */
function isLeft(path: string): boolean {
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (since === undefined) return false
  if (Date.now() - since > staleAfter) return true
  const [, pid, numbers] = /^(\d+) (.+) [^ ]+$/.exec(textOf(path)) ?? []
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
