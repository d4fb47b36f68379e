/** The one error of this package. @module */

/**
 * `unreachable`: nothing listens, or it hangs; `refused`: the router rejected the request; `unsupported`: it cannot do
 * it.
 */
export type RouterErrorCode = 'unreachable' | 'refused' | 'unsupported'

/** The router is not reachable, or does not do what was requested. */
export class RouterError extends Error {
  override readonly name = 'RouterError'

  readonly code: RouterErrorCode

  constructor(code: RouterErrorCode, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.code = code
  }
}
