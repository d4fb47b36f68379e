/**
 * How a command ends, for scripts: one table, shown by `vagus help`.
 * @module
 */

/** The outcomes that a script can tell apart. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  denied: 4,
  timeout: 5,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** What each code means, in the order of `exitCode`. */
export const exitMeanings: Readonly<Record<keyof typeof exitCode, string>> = {
  ok: 'ok',
  failed: 'failed',
  usage: 'usage, configuration, or a name that does not exist',
  unreachable: 'controller or lab not reachable, or something missing on this machine',
  denied: 'denied',
  timeout: 'timeout',
  interrupted: 'interrupted',
}
