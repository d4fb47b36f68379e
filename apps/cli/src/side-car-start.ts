/** Why a side-car did not start: what the system refused, and the fix. @module */
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

/** SQLITE_BUSY, SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html). */
const busy = 5
const damaged: readonly number[] = [11, 26]
/** SQLITE_READONLY, SQLITE_IOERR and SQLITE_FULL. */
const ofDisk: readonly number[] = [8, 10, 13]

/**
 * @param whenBusy the fix when another process runs the agent `name`; returns errors that are not the system's
 * unchanged
 */
export function startFailure(error: NodeJS.ErrnoException, name: string, whenBusy: string): Error {
  const journal = `the journal of ${name}`
  const failed = (problem: string, fix: string): Failure => new Failure(exitCode.failed, problem, fix, error)
  if (error.code === 'EADDRINUSE') return failed(error.message, 'use other ports: --port, --listen')
  if (error.code === 'EADDRNOTAVAIL')
    return failed(error.message, 'not an address of this host; all of them: --listen udp://0.0.0.0:PORT')
  if (error.code === 'newer-layout') return failed(error.message, 'update Vagus here, or move that file away')
  if (error.code === 'ERR_SQLITE_ERROR') {
    const { errcode = 0 } = error as { readonly errcode?: number }
    if (errcode === busy) return failed(`${name} is already running: another process has its journal`, whenBusy)
    // The low octet is the code; the upper ones extend it.
    if (damaged.includes(errcode & 0xff))
      return failed(
        `${journal} is damaged: ${error.message}`,
        `move the folder $VAGUS_HOME/agents/${name}/journal away (default ~/.vagus); open exchanges then end with gap`,
      )
    const fix = ofDisk.includes(errcode & 0xff) ? 'is its disk full, or read-only? df' : ''
    return failed(`${journal} cannot be used: ${error.message}`, fix)
  }
  return error.syscall === undefined ? error : failed(error.message, '')
}
