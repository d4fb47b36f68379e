/** The only error of this package: the kernel refuses, or native calls are not available. @module */

const unavailableCodes = ['ffi', 'address', 'in-use', 'not-permitted', 'refused'] as const
export type UnavailableCode = (typeof unavailableCodes)[number]

/**
 * Something outside the program refuses. `ffi`: native calls do not work here; `address`: no such address on this
 * machine; `in-use`: another socket has the port; `not-permitted`: rights are missing; `refused`: anything else.
 */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'

  readonly code: UnavailableCode

  constructor(code: UnavailableCode, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.code = code
  }
}
