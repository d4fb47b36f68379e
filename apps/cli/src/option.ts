/**
 * Options of a command as data: parsing, help, completion and the types of the values all derive from this.
 * @module
 */
import { durationPattern, parseDuration } from '@vagus/api/duration'

interface Described {
  readonly short?: string
  readonly description: string
  /** Help shows it in the usage line; the command itself checks that it is given. */
  readonly presence?: 'required'
}
interface FlagOption extends Described {
  readonly type: 'flag'
}
interface TextOption extends Described {
  readonly type: 'text'
  /** Placeholder of the value in help, such as `ADDRESS`. */
  readonly value: string
  readonly choices?: readonly string[]
  readonly default?: string
}
/** A whole number within `min..max`. */
interface CountOption extends Described {
  readonly type: 'count'
  readonly value: string
  readonly min: number
  readonly max: number
  readonly default?: number
  /** The value when the option is given without one, as in `--watch`. */
  readonly bare?: number
}
/** A number and s, m, h or d; the value is in seconds. */
interface DurationOption extends Described {
  readonly type: 'duration'
  readonly value: string
  readonly default?: string
}
/** Bits per second, such as `20M`. */
interface RateOption extends Described {
  readonly type: 'rate'
  readonly value: string
  readonly default?: string
}
/** RFC 3339, or local time; the value is RFC 3339 in UTC. */
interface TimeOption extends Described {
  readonly type: 'time'
  readonly value: string
  readonly default?: string
}
/** Words separated by commas. */
interface WordsOption extends Described {
  readonly type: 'words'
  readonly value: string
  readonly choices?: readonly string[]
  readonly default?: readonly string[]
}
export type Option = FlagOption | TextOption | CountOption | DurationOption | RateOption | TimeOption | WordsOption
export type Options = Readonly<Record<string, Option>>

type Defaulted<O, T> = O extends { readonly default: unknown } ? T : T | undefined
type Choice<O, T> = O extends { readonly choices: readonly (infer C)[] } ? C : T
type ValueOf<O> = O extends { readonly type: 'flag' }
  ? boolean
  : O extends { readonly type: 'words' }
    ? Defaulted<O, readonly Choice<O, string>[]>
    : O extends { readonly type: 'text' | 'time' }
      ? Defaulted<O, Choice<O, string>>
      : Defaulted<O, number>

/** The parsed values of `O`: durations in seconds, options without default may be undefined. */
export type ValuesOf<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> }

const timePattern = /^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/i

/** `2026-11-27 03:00`, of local time, or with `Z` or an offset, as RFC 3339 in UTC; or what it must be. */
function timeOf(text: string): string | { readonly mustBe: string } {
  const [, day] = timePattern.exec(text) ?? []
  const time = new Date(text.toUpperCase().replace(' ', 'T'))
  // Date takes 30 February for 2 March.
  const isDay = day !== undefined && new Date(Date.parse(day) || 0).toISOString().startsWith(day)
  if (isDay && time.getTime() >= 0) return time.toISOString()
  return { mustBe: 'a time since 1970, such as 2026-11-27T03:00:00Z, or "2026-11-27 03:00" of local time' }
}

const ratePattern = /^(\d{1,6}(?:\.\d{1,6})?)([kMG])$/
const factors = { k: 1e3, M: 1e6, G: 1e9 } as const

/** `20M` in bits per second; or what it must be. Refuses a bare number: people mean megabits by it as often as bits. */
function rateOf(text: string): number | { readonly mustBe: string } {
  const [, number, prefix] = ratePattern.exec(text) ?? []
  const rate = Math.round(Number(number) * factors[prefix as keyof typeof factors])
  return rate > 0 ? rate : { mustBe: 'bits per second with k, M or G, such as 20M' }
}

/** 100 years, longer than anything is kept. */
const maxDays = 36_500

/** `5m` in seconds: 300; or what it must be. Refuses a bare number: people mean minutes by it as often as seconds. */
function secondsOf(text: string): number | { readonly mustBe: string } {
  if (!durationPattern.test(text)) return { mustBe: 'a number and s, m, h or d, such as 5m' }
  const seconds = parseDuration(text) / 1000
  return seconds > 0 && seconds <= maxDays * 86_400 ? seconds : { mustBe: `1s..${maxDays}d` }
}

/** What `text` gives an option, whose choices are not checked; or what it must be. */
export function valueOfText(
  option: Exclude<Option, FlagOption>,
  text: string,
): string | number | readonly string[] | { readonly mustBe: string } {
  switch (option.type) {
    case 'count': {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
      return value >= option.min && value <= option.max ? value : { mustBe: `${option.min}..${option.max}` }
    }
    case 'duration':
      return secondsOf(text)
    case 'rate':
      return rateOf(text)
    case 'time':
      return timeOf(text)
    case 'words':
      return text.split(',').filter((word) => word !== '')
    case 'text':
  }
  return text
}

/** The value where none is given. */
export function defaultOf(option: Option): unknown {
  if (option.type === 'flag') return false
  return option.type === 'duration' && option.default !== undefined ? secondsOf(option.default) : option.default
}
