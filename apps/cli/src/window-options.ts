/** Options of commands that look at any window: one that ends now, or one in the past. @module */
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options, ValuesOf } from './option.ts'

/** `usual` is what the API takes where nothing is asked for. */
export const windowOptions = (usual: string) =>
  ({
    last: { type: 'duration', value: 'TIME', description: `length of the window that ends now (default ${usual})` },
    from: {
      type: 'time',
      value: 'TIME',
      description: 'instead, when the window begins: RFC 3339 with Z or an offset, or local time as "2026-11-27 03:00"',
    },
    to: { type: 'time', value: 'TIME', description: 'when it ends, written likewise (default now)' },
  }) as const satisfies Options

/** The window as the API takes it. @throws {Failure} usage: options that exclude each other, or one alone. */
export function windowQuery({ last, from, to }: ValuesOf<ReturnType<typeof windowOptions>>) {
  if (last !== undefined && (from !== undefined || to !== undefined))
    throw new Failure(exitCode.usage, '"--last" cannot be combined with "--from" and "--to"', 'give one or the others')
  if (to !== undefined && from === undefined)
    throw new Failure(exitCode.usage, '"--to" needs "--from" as well', 'write: --from TIME --to TIME')
  return { last: last === undefined ? undefined : `${last}s`, from, to }
}
