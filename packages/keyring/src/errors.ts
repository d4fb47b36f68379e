/** Why an agent's files cannot be used, and how to fix that. @module */

export type KeyringErrorCode =
  /** There is no such agent. */
  | 'unknown-agent'
  /** An agent of that name exists already. */
  | 'exists'
  /** Users other than the owner can read a file that holds keys. */
  | 'wide-mode'
  /** A file with secrets, or a link to it, is of another user. */
  | 'foreign'
  /** A file is malformed, or does not belong to the agent's other files. */
  | 'damaged'
  /** The key that must sign the rotation is not where it was expected. */
  | 'no-next-key'
  /** The request breaks a rule of names, documents or limits. */
  | 'refused'
  /** Another process has held the agent's files for too long. */
  | 'locked'
  /** The disk or the operating system refused. */
  | 'unavailable'

/** `fix` is the command to type, or what to do. No message contains a key. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError'
  readonly code: KeyringErrorCode
  readonly fix: string

  constructor(code: KeyringErrorCode, message: string, fix: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.fix = fix
  }

  /** What is wrong and what would be right, where there is one line for both. */
  get sentence(): string {
    return `${this.message}: ${this.fix}`
  }
}
