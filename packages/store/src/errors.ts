/** The only error of this package: the disk or the database refuses, or a query came at a bad time. @module */

const storeErrorCodes = ['disk-full', 'io', 'locked', 'newer', 'busy', 'deadline', 'closed', 'failed'] as const
export type StoreErrorCode = (typeof storeErrorCodes)[number]

/**
 * `disk-full`, `io`: error of the disk; `locked`: another process has this state; `newer`: a newer version of Vagus
 * wrote it; `busy`: too many queries are waiting, try again later; `deadline`: the answer took too long, query less;
 * `closed`: the store was closed; `failed`: the database refused, the message says why.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'

  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.code = code
  }
}

const fullCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** `disk-full` or `io` for an error of the file system. */
export function diskProblemOf(error: unknown): 'disk-full' | 'io' {
  return fullCodes.includes((error as NodeJS.ErrnoException | undefined)?.code) ? 'disk-full' : 'io'
}
