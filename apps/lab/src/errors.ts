/**
 * What can go wrong with a lab, one class and a code; the message says what was wrong and what to type.
 * @module
 */

/**
 * - `topology`: the topology file is not acceptable
 * - `usage`: a lab that is not there, or a node, link or fault that this lab does not have
 * - `missing-program`: FRR, softflowd or another tool is not installed
 * - `no-namespaces`: this machine gives us no namespaces
 * - `exists`: a lab of that name runs already
 * - `not-running`: no lab runs, or it has ended
 * - `address-in-use`: somebody else listens where console and API shall be reached
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
