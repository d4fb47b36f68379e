/**
 * Options of a command as data: from this one description come parsing, help, completion and the types of the values.
 * @module
 */
import { durationPattern, parseDuration } from '@vagus/api/duration'

interface Described {
  readonly short?: string
  readonly description: string
  /** Help writes it out in the line of usage; that it is there, the command sees to. */
  readonly presence?: 'required'
}
interface FlagOption extends Described {
  readonly type: 'flag'
}
interface TextOption extends Described {
  readonly type: 'text'
  /** What stands for the value in help, such as `ADDRESS`. */
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
  /** The value when the option is written without one, as in `--watch`. */
  readonly bare?: number
}
/** A number and s, m, h or d; the value is in seconds. */
interface DurationOption extends Described {
  readonly type: 'duration'
  readonly value: string
  readonly default?: string
}
/** Words with commas between. */
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

/** 100 years: nothing is kept longer. */
const mostDays = 36_500

/** `5m` in seconds: 300; or what it must be. A number alone is refused: people mean minutes by it as often as seconds. */
export function secondsOf(text: string): number | { readonly mustBe: string } {
  if (!durationPattern.test(text)) return { mustBe: 'a number and s, m, h or d, such as 5m' }
  const seconds = parseDuration(text) / 1000
  return seconds > 0 && seconds <= mostDays * 86_400 ? seconds : { mustBe: `1s..${mostDays}d` }
}
