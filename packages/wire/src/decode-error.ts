/** The only error that input octets may cause. @module */

const decodeErrorCodes = ['truncated', 'trailing-octets', 'bad-length', 'bad-value'] as const
export type DecodeErrorCode = (typeof decodeErrorCodes)[number]

/**
 * Octets violate their format. `offset` counts octets from the start of the message, so that the error names the octet
 * even if the reader was bounded to a part of the message.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'

  readonly code: DecodeErrorCode
  readonly offset: number

  constructor(code: DecodeErrorCode, offset: number, problem: string) {
    super(`octet ${offset}: ${problem}`)
    this.code = code
    this.offset = offset
  }
}
