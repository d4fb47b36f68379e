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
/** Words separated by commas. */
interface WordsOption extends Described {
  readonly type: 'words'
  readonly value: string
  readonly choices?: readonly string[]
  readonly default?: readonly string[]
}
export type Option = FlagOption | TextOption | CountOption | DurationOption | WordsOption
export type Options = Readonly<Record<string, Option>>

type Defaulted<O, T> = O extends { readonly default: unknown } ? T : T | undefined
type Choice<O, T> = O extends { readonly choices: readonly (infer C)[] } ? C : T
type ValueOf<O> = O extends { readonly type: 'flag' }
  ? boolean
  : O extends { readonly type: 'words' }
    ? Defaulted<O, readonly Choice<O, string>[]>
    : O extends { readonly type: 'text' }
      ? Defaulted<O, Choice<O, string>>
      : Defaulted<O, number>

/** The parsed values of `O`: durations in seconds, options without default may be undefined. */
export type ValuesOf<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> }

/** 100 years, longer than anything is kept. */
const maxDays = 36_500

/** `5m` in seconds: 300; or what it must be. Refuses a bare number: people mean minutes by it as often as seconds. */
export function secondsOf(text: string): number | { readonly mustBe: string } {
  if (!durationPattern.test(text)) return { mustBe: 'a number and s, m, h or d, such as 5m' }
  const seconds = parseDuration(text) / 1000
  return seconds > 0 && seconds <= maxDays * 86_400 ? seconds : { mustBe: `1s..${maxDays}d` }
}
