/**
 * An error of the lab as a failure: its code becomes the exit code, its last clause the fix.
 * @module
 */
import type { LabErrorCode } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

const exits: Readonly<Record<LabErrorCode, ExitCode>> = {
  topology: exitCode.usage,
  usage: exitCode.usage,
  'missing-program': exitCode.unreachable,
  'no-namespaces': exitCode.unreachable,
  exists: exitCode.failed,
  'not-running': exitCode.unreachable,
  'address-in-use': exitCode.failed,
  failed: exitCode.failed,
}

/** Runs `work`; an error of the lab becomes a `Failure`. @throws {Failure} */
export async function withLab<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { LabError } = await import('@vagus/lab/running')
    if (error instanceof LabError) throw labFailure(error.code, error.message, error)
    throw error
  }
}

/** Messages of the lab read `what was wrong; what to type`; a message of several lines is a list and stays whole. */
function labFailure(code: LabErrorCode, message: string, cause?: unknown): Failure {
  const at = message.includes('\n') ? -1 : message.lastIndexOf('; ')
  if (at < 0) return new Failure(exits[code], message, '', cause)
  return new Failure(exits[code], message.slice(0, at), message.slice(at + 2), cause)
}
