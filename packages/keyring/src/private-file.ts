/**
 * Files that only their owner may read (mode 0600), written completely or not at all: a draft beside the file is
 * flushed, then renamed over it. `secret-file` reads them.
 * @module
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { KeyringError } from './errors.ts'

/** Creates `folder` and its missing parents, none of them open to others. */
export function makePrivateFolder(folder: string): void {
  withSystemErrors(folder, () => {
    makeFolder(resolve(folder), resolve(folder))
    chmodSync(folder, 0o700)
  })
}

/**
 * Creates one level at a time: mkdir with `recursive` never returns where the kernel answers the last level with
 * ENOENT, as in /proc.
 */
function makeFolder(folder: string, wanted: string): void {
  if (existsSync(folder)) return
  const above = dirname(folder)
  makeFolder(above, wanted)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') return // another process made it meanwhile
    const fix = danglingLink(above) ?? 'choose another: --home FOLDER, or set VAGUS_HOME'
    throw new KeyringError('unavailable', `cannot create ${wanted}: ${code} in ${above}`, fix, cause)
  }
}

/**
 * Writes `text` to `path`, or to the target if that is a link. After a crash the file has either the old or the new
 * content.
 * @throws {KeyringError} `unavailable`
 */
export function writeFileWhole(path: string, text: string, mode: 0o600 | 0o644): void {
  withSystemErrors(path, () => {
    const target = isLink(path) ? realpathSync(path) : path // a key on a USB stick must not be copied off it
    const draft = `${target}.${process.pid}.new`
    rmSync(draft, { force: true })
    const file = openSync(draft, 'wx', mode) // 'wx' does not follow a link placed there
    try {
      writeFileSync(file, text) // continues after a short write, as on a disk that is nearly full
      fsyncSync(file)
      renameSync(draft, target)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    } finally {
      closeSync(file)
    }
    flushFolder(dirname(target))
  })
}

/** Of the folders above nothing is resolved: /proc/PID/root reads as "/", and leads elsewhere. */
const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true

/** A file's name survives a power failure only if its folder is flushed too. */
export function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function withSystemErrors<T>(path: string, body: () => T): T {
  try {
    return body()
  } catch (cause) {
    if (cause instanceof KeyringError) throw cause
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new KeyringError('unavailable', `${path} cannot be used: ${code}`, fixOf(code, path), cause)
  }
}

function fixOf(code: string, path: string): string {
  if (code === 'ENOENT') return danglingLink(path) ?? 'put back a copy of it'
  return code === 'ENOSPC' ? `free space there: df ${dirname(path)}` : 'check that you own its folder: ls -ld'
}

/** What to do if `path` lies behind a link whose target does not exist. */
export function danglingLink(path: string): string | undefined {
  for (let each = path; dirname(each) !== each; each = dirname(each)) {
    if (isLink(each) && statSync(each, { throwIfNoEntry: false }) === undefined)
      return `${each} is a link to ${readlinkSync(each)}, which does not exist: create it, or remove the link`
  }
  return undefined
}
