/**
 * Files that only their owner may read (mode 0600), written whole or not at all: a draft beside them is flushed, then
 * renamed over. One that others may read is refused, since its keys may be known already.
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
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { KeyringError } from './errors.ts'

const groupAndOthers = 0o077

/** Creates `folder` and those above it, none of them open to others. */
export function makePrivateFolder(folder: string): void {
  withSystemErrors(folder, () => {
    makeFolder(resolve(folder))
    chmodSync(folder, 0o700)
  })
}

/** Step by step: mkdir with `recursive` never returns where the kernel says ENOENT to the last step, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const above = dirname(folder)
  makeFolder(above)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') return // another process made it meanwhile
    const fix = danglingLink(above) ?? 'name another: --home FOLDER'
    throw new KeyringError('unavailable', `${above} takes no folder: ${code}`, fix, cause)
  }
}

/** Writes `text` to `path`, or where its link leads; after a crash there is the old content or the new one. @throws {KeyringError} `unavailable` */
export function writeFileWhole(path: string, text: string, mode: 0o600 | 0o644): void {
  withSystemErrors(path, () => {
    const target = existsSync(path) ? realpathSync(path) : path // a key on a stick stays there alone
    const draft = `${target}.${process.pid}.new`
    rmSync(draft, { force: true })
    const file = openSync(draft, 'wx', mode) // a link that somebody left there is not followed
    try {
      writeFileSync(file, text) // writes on where one write does not take all, as on a disk that is nearly full
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

/** @throws {KeyringError} `wide-mode`, `unavailable`; `undefined` when there is no such file */
export function readPrivateFile(path: string): string | undefined {
  const mode = withSystemErrors(path, () => statSync(path, { throwIfNoEntry: false })?.mode)
  if (mode === undefined) return undefined
  if ((mode & groupAndOthers) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    throw new KeyringError(
      'wide-mode',
      `${path} has mode ${octal}, so others than its owner may know the keys in it; 0600 is accepted`,
      `chmod 600 ${path}   (and if somebody may have read it: vagus id rotate NAME)`,
    )
  }
  return withSystemErrors(path, () => readFileSync(path, 'utf8'))
}

/** The name of a file is not kept over a power failure unless its folder is flushed, too. */
function flushFolder(folder: string): void {
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
  return code === 'ENOSPC' ? `make room there: df ${dirname(path)}` : 'is the folder yours? ls -ld on it'
}

/** What to do about a link that leads nowhere, where `path` stands behind one. */
function danglingLink(path: string): string | undefined {
  for (let each = path; dirname(each) !== each; each = dirname(each)) {
    const isLink = lstatSync(each, { throwIfNoEntry: false })?.isSymbolicLink() === true
    if (isLink && statSync(each, { throwIfNoEntry: false }) === undefined)
      return `${each} is a link to ${readlinkSync(each)}, which is not there: make that, or remove the link`
  }
  return undefined
}
