/**
 * One line of `vagus doctor`.
 * @module
 */
export interface Check {
  /** What was looked at, one or two words. */
  readonly check: string
  readonly state: 'ok' | 'warn' | 'fail'
  /** What was found. */
  readonly found: string
  /** What to type; empty when nothing is wrong. */
  readonly fix: string
}

export const ok = (check: string, found: string): Check => ({ check, state: 'ok', found, fix: '' })
export const warn = (check: string, found: string, fix: string): Check => ({ check, state: 'warn', found, fix })
export const fail = (check: string, found: string, fix: string): Check => ({ check, state: 'fail', found, fix })
