/** Errors of a backup and of its restoration as failures. @module */
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

const exitOf: Readonly<Record<string, ExitCode>> = {
  nothing: exitCode.usage,
  occupied: exitCode.usage,
  place: exitCode.usage,
}

/** What is not ours stays as it is. */
export function backupFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  const { name, message, fix, code } = error as Error & { readonly fix?: unknown; readonly code?: unknown }
  if (name === 'BackupError' || name === 'KeyringError')
    return new Failure(exitOf[String(code)] ?? exitCode.failed, message, typeof fix === 'string' ? fix : '', error)
  if (name === 'ArchiveError') return new Failure(exitCode.failed, message, 'again: vagus backup FILE', error)
  if (name === 'StoreError')
    return new Failure(exitCode.failed, message, code === 'newer' ? 'update Vagus here' : 'vagus doctor', error)
  if (typeof code !== 'string') return error
  if (code === 'ENOENT')
    return new Failure(
      exitCode.failed,
      message,
      'did the disk or the store begin anew? again: vagus backup FILE',
      error,
    )
  const fixes: Readonly<Record<string, string>> = {
    ENOSPC: 'is there room? df',
    EACCES: 'as the user of the controller, or as root',
  }
  return new Failure(code === 'EACCES' ? exitCode.denied : exitCode.failed, message, fixes[code] ?? '', error)
}
