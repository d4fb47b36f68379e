/**
 * Lets one process at a time change an agent's files. The lock is a file created exclusively; its content names the
 * process that holds it. If that process was killed, the next one takes the lock at once. If the process cannot be
 * checked (it runs in another container), a lock older than `staleAfter` counts as stale: locks are held for
 * milliseconds. When several processes find a stale lock, only one removes it: the one that creates a second file,
 * `PATH.left`, and then still finds the lock stale.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { KeyringError } from './errors.ts'
import { withSystemErrors } from './private-file.ts'

/** Milliseconds. A change takes about 20 ms on a slow disk. */
const staleAfter = 10_000
const maxWait = 15_000
const step = 20

/** Runs `body` while no other process changes what `path` guards. @throws {KeyringError} `locked` */
export function withFileLock<T>(path: string, body: () => T): T {
  const giveUpAt = performance.now() + maxWait
  const own = `${process.pid} ${pidScope()} ${randomUUID()}`
  while (!taken(path, own)) {
    if (performance.now() > giveUpAt) {
      throw new KeyringError('locked', `another process holds ${path}`, `if none does: rm ${path}`)
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step)
  }
  try {
    return body()
  } finally {
    if (textOf(path) === own) rmSync(path, { force: true }) // if held for too long, another process owns it by now
  }
}

function taken(path: string, own: string): boolean {
  return withSystemErrors(path, () => {
    if (isCreated(path, own)) return true
    if (isStale(path)) removeStale(path, own)
    return false
  })
}

function removeStale(path: string, own: string): void {
  const second = `${path}.left`
  if (!isCreated(second, own)) {
    if (isStale(second)) rmSync(second, { force: true }) // its process was killed between creating and removing it
    return
  }
  try {
    if (isStale(path)) rmSync(path, { force: true })
  } finally {
    rmSync(second, { force: true })
  }
}

/** `false` if the file exists already. */
function isCreated(path: string, text: string): boolean {
  const file = opened(path)
  if (file === undefined) return false
  try {
    writeFileSync(file, text)
    return true
  } catch (error) {
    rmSync(path, { force: true }) // on a full disk: an empty lock names no process, so all would wait for it
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

/** Whether the process that took the lock has ended. */
function isStale(path: string): boolean {
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (since === undefined) return false
  if (Date.now() - since > staleAfter) return true
  const [, pid, numbers] = /^(\d+) (.+) [^ ]+$/.exec(textOf(path)) ?? []
  return numbers !== undefined && numbers === pidScope() && !isRunning(Number(pid))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES') return '' // released meanwhile; or root's, who works for this user
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** The scope in which process ids are unique: this boot, this PID namespace. Empty where the system does not tell. */
function pidScope(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
