/** Why an agent's files cannot be used, and what to do about it. @module */

export type KeyringErrorCode =
  /** There is no such agent. */
  | 'unknown-agent'
  /** There is one of that name already. */
  | 'exists'
  /** Others than the owner may read a file that holds keys. */
  | 'wide-mode'
  /** A file is not of its form, or does not belong to the others. */
  | 'damaged'
  /** The key that must sign the rotation is not where it was looked for. */
  | 'no-next-key'
  /** What was asked for breaks a rule of names, documents or limits. */
  | 'refused'
  /** Another process holds the agent's files for too long. */
  | 'locked'
  /** The disk or the system refused. */
  | 'unavailable'

/** `fix` is what to type or do; no message holds a key. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError'
  readonly code: KeyringErrorCode
  readonly fix: string

  constructor(code: KeyringErrorCode, message: string, fix: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.fix = fix
  }
}
