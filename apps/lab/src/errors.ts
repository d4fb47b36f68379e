/**
 * Errors of a lab: one class with a code; the message says what was wrong and what to type.
 * @module
 */

/**
 * - `topology`: the topology file is not valid
 * - `usage`: an unknown lab, or a node, link or fault that this lab does not have
 * - `missing-program`: FRR, softflowd or another tool is not installed
 * - `no-namespaces`: namespaces cannot be created on this machine
 * - `exists`: a lab of that name is already running
 * - `not-running`: no lab runs, or it has ended
 * - `address-in-use`: another program listens at the address of console and API
 * - `failed`: a step inside the lab failed; the message ends with the log to read
 */
export type LabErrorCode =
  | 'topology'
  | 'usage'
  | 'missing-program'
  | 'no-namespaces'
  | 'exists'
  | 'not-running'
  | 'address-in-use'
  | 'failed'

export class LabError extends Error {
  readonly code: LabErrorCode

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LabError'
    this.code = code
  }
}
