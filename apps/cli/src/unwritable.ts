/** Why a file that the user named cannot be written. @module */
import { dirname, join } from 'node:path'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

/** `like`: an example name for such a file, such as `flows.parquet`. */
export function isFolder(file: string, like: string): Failure {
  return new Failure(exitCode.usage, `${file} is a folder`, `name a file in it: ${join(file, like)}`)
}

/** The failure for a system `error` on writing `file`. */
export function unwritable(file: string, like: string, error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException
  const folder = dirname(file)
  if (code === 'EISDIR') return isFolder(file, like)
  if (code === 'ENOENT') return new Failure(exitCode.usage, `there is no folder ${folder}`, `mkdir -p ${folder}`, error)
  if (code === 'ENOTDIR') return new Failure(exitCode.usage, `${folder} is not a folder`, '', error)
  const isDenied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
  if (isDenied) return new Failure(exitCode.denied, `${folder} is not writable by this user`, `ls -ld ${folder}`, error)
  return new Failure(exitCode.failed, `${file} cannot be written: ${message}`, '', error)
}
