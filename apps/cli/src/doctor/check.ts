/**
 * One line of `vagus doctor`.
 * @module
 */
export interface Check {
  /** What was checked, in one or two words. */
  readonly check: string
  readonly state: 'ok' | 'warn' | 'fail'
  /** What was found. */
  readonly found: string
  /** The command that fixes it; empty when nothing is wrong. */
  readonly fix: string
}

export const ok = (check: string, found: string): Check => ({ check, state: 'ok', found, fix: '' })
export const warn = (check: string, found: string, fix: string): Check => ({ check, state: 'warn', found, fix })
export const fail = (check: string, found: string, fix: string): Check => ({ check, state: 'fail', found, fix })
