/** Options that say which private line is wanted. @module */
import type { LineRequest } from '@vagus/api/lines'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import type { Options, ValuesOf } from '../option.ts'

export const wantedOptions = {
  from: { type: 'text', value: 'SITE', presence: 'required', description: 'one end, a site of "vagus matrix"' },
  to: { type: 'text', value: 'SITE', presence: 'required', description: 'the other end' },
  rate: {
    type: 'rate',
    value: 'RATE',
    presence: 'required',
    description: 'guaranteed both ways, such as 20M, of IP packets of 1,200 octets as the sites send them',
  },
  for: { type: 'duration', value: 'TIME', default: '1h', description: 'how long, 1m to 31d' },
  start: { type: 'time', value: 'TIME', description: 'when it begins (default: now)' },
  'max-delay': {
    type: 'text',
    value: 'DELAY',
    description: 'at most, one way, such as 9ms, over its links as measured',
  },
  protect: { type: 'flag', description: 'with a second path, which takes over within a moment when the first fails' },
} as const satisfies Options

/** Seconds. */
const shortest = 60
const longest = 31 * 86_400

/** @throws {Failure} usage */
export function requestOf(values: ValuesOf<typeof wantedOptions>, name: string): LineRequest {
  const { from, to, rate, for: seconds, start, 'max-delay': delay } = values
  const usage = (problem: string, fix = `see: vagus ${name} --help`): Failure =>
    new Failure(exitCode.usage, problem, fix)
  const missing = (['from', 'to', 'rate'] as const).find((option) => values[option] === undefined)
  if (from === undefined || to === undefined || rate === undefined)
    throw usage(
      `"vagus ${name}" needs --${missing}`,
      `such as: vagus ${name} --from dc-east --to dc-west --rate 20M --for 1h`,
    )
  if (from === to) throw usage(`a line is between two sites, not from ${from} to itself`, 'the sites: vagus matrix')
  if (seconds < shortest || seconds > longest)
    throw usage(`--for must be 1m to 31d, not ${durationText(seconds)}`, 'such as --for 1h')
  const maxDelayMs = delay === undefined ? undefined : millisecondsOf(delay)
  if (Number.isNaN(maxDelayMs))
    throw usage(`--max-delay must be milliseconds, not "${delay}"`, 'such as --max-delay 9ms')
  return {
    from,
    to,
    bitsPerSecond: rate,
    for: `${seconds}s`,
    ...(start !== undefined && { start }),
    ...(maxDelayMs !== undefined && { maxDelayMs }),
    ...(values.protect && { protect: true }),
  }
}

function millisecondsOf(text: string): number {
  const [, number] = /^(\d{1,5}(?:\.\d{1,3})?)ms$/.exec(text) ?? []
  return Number(number) > 0 ? Number(number) : NaN
}
