/** The only error that a server's octets may cause here. @module */

/**
 * `malformed`: not XML as NETCONF has it, or not framed so; `too-large`: past a limit of this package; `unexpected`: well
 * formed, and not what may come here.
 */
export type NetconfErrorCode = 'malformed' | 'too-large' | 'unexpected'

/** A server's octets break RFC 6241, RFC 6242 or a limit. Nothing that follows in the session can be trusted. */
export class NetconfError extends Error {
  override readonly name = 'NetconfError'

  readonly code: NetconfErrorCode

  constructor(code: NetconfErrorCode, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.code = code
  }
}
