/** Why there is no backup, or why it is not restored. @module */

export type BackupErrorCode = 'nothing' | 'running' | 'refused' | 'occupied' | 'place'

/**
 * `nothing`: there is nothing to back up; `running`: a controller has the home; `refused`: the file is no backup that can
 * be believed; `occupied`: it would replace what is there; `place`: the folder cannot take it. `fix`: what to do or type.
 */
export class BackupError extends Error {
  override readonly name = 'BackupError'

  readonly code: BackupErrorCode
  readonly fix: string

  constructor(code: BackupErrorCode, message: string, fix: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.fix = fix
  }
}
