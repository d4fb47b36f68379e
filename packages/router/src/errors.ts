/** The one error of this package. @module */

/** `unreachable`: nobody listens, or it hangs; `refused`: the router understood, and said no; `unsupported`: it cannot. */
export type RouterErrorCode = 'unreachable' | 'refused' | 'unsupported'

/** The router is not there, or does not do what it was asked. */
export class RouterError extends Error {
  override readonly name = 'RouterError'

  readonly code: RouterErrorCode

  constructor(code: RouterErrorCode, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.code = code
  }
}
