/**
 * Turns the words after a command's name into typed values (util.parseArgs splits them), with a helpful message for
 * each mistake.
 * @module
 */
import { parseArgs } from 'node:util'
import type { Command } from './command.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { nearestOf } from '@vagus/api/nearest'
import { defaultOf, type Option, type Options, valueOfText } from './option.ts'

export interface Parsed {
  readonly values: Readonly<Record<string, unknown>>
  /** Names of the options that the line has. */
  readonly given: ReadonlySet<string>
  readonly words: readonly string[]
  readonly rest: readonly string[]
}

/** Every command has it; `run.ts` answers it. */
export const helpOption = { type: 'flag', short: 'h', description: 'this help' } as const satisfies Option

/**
 * @throws {Failure} usage: unknown option, missing or wrong value, wrong number of arguments.
 */
export function parse(command: Command, args: readonly string[]): Parsed {
  const options: Options = { ...command.options, help: helpOption }
  const { tokens } = parseArgs({
    args: withBareValues(options, args),
    options: Object.fromEntries(Object.entries(options).map(([name, option]) => [name, split(option)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, unknown> = {}
  const words: string[] = []
  const rest: string[] = []
  let ended = false
  for (const token of tokens) {
    if (token.kind === 'option-terminator') ended = true
    else if (token.kind === 'positional') (ended ? rest : words).push(token.value)
    else values[token.name] = valueOf(command, options, token, values[token.name])
  }
  const given = new Set(Object.keys(values))
  if (values['help'] === true) return { values, given, words, rest }
  checkWords(command, words, rest)
  for (const [name, option] of Object.entries(options)) values[name] ??= defaultOf(option)
  return { values, given, words, rest }
}

function split(option: Option): { type: 'boolean' | 'string'; short?: string } {
  const type = option.type === 'flag' ? 'boolean' : 'string'
  return option.short === undefined ? { type } : { type, short: option.short }
}

/** `--watch` and `--watch 5` both work: an option with a bare value takes the next word only if it is a number. */
function withBareValues(options: Options, args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((arg, at) => {
    if (end >= 0 && at >= end) return arg
    const option = arg.startsWith('--') ? options[arg.slice(2)] : undefined
    if (option?.type !== 'count' || option.bare === undefined || /^\d+$/.test(args[at + 1] ?? '')) return arg
    return `${arg}=${option.bare}`
  })
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function valueOf(command: Command, options: Options, token: OptionToken, before: unknown): unknown {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
  if (option === undefined) throw unknownOption(command, options, token)
  if (option.type === 'flag') {
    if (token.inlineValue === true) throw usage(command, `"${token.rawName}" takes no value`)
    return true
  }
  // A negative number is a value, though a wrong one; anything else that starts with "-" is the next option.
  const isOption = !token.inlineValue && (option.type === 'count' ? /^-\D/ : /^-./).test(token.value ?? '')
  const missing = token.value === undefined || token.value === '' || isOption
  if (missing) throw usage(command, `"${token.rawName}" needs a value: ${token.rawName} ${option.value}`)
  if (/^-\w$/.test(token.rawName) && token.value.startsWith('=')) {
    const [short, long] = [`${token.rawName} ${token.value.slice(1)}`, `--${token.name}${token.value}`]
    throw new Failure(exitCode.usage, `"${token.rawName}" takes its value without "="`, `write ${short}, or ${long}`)
  }
  return converted(command, option, token.rawName, token.value, before)
}

function converted(
  command: Command,
  option: Exclude<Option, { type: 'flag' }>,
  rawName: string,
  text: string,
  before: unknown,
): string | number | readonly string[] {
  const choices = 'choices' in option ? option.choices : undefined
  const value = valueOfText(option, text)
  if (typeof value === 'object' && 'mustBe' in value)
    throw usage(command, `"${rawName}" must be ${value.mustBe}, got "${text}"`)
  if (option.type === 'text') checkChoice(command, rawName, text, choices)
  if (option.type !== 'words' || typeof value !== 'object') return value
  for (const word of value) checkChoice(command, rawName, word, choices)
  return before === undefined ? value : [...(before as readonly string[]), ...value]
}

function checkChoice(command: Command, what: string, word: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(word)) return
  const near = nearestOf(word, choices)
  const known = `${what} takes ${choices.join(', ')}`
  throw new Failure(
    exitCode.usage,
    `"${word}" is not a value of ${what} of "vagus ${command.name}"`,
    near === undefined ? known : `did you mean "${near}"? ${known}`,
  )
}

function unknownOption(command: Command, options: Options, token: OptionToken): Failure {
  const near = token.rawName.startsWith('--') ? nearestOf(token.name, Object.keys(options)) : undefined
  const what = `"vagus ${command.name}" has no option "${token.rawName}"`
  return new Failure(
    exitCode.usage,
    what,
    near === undefined ? `see: vagus ${command.name} --help` : `did you mean --${near}?`,
  )
}

function checkWords(command: Command, words: readonly string[], rest: readonly string[]): void {
  const { arguments: expected } = command
  const last = expected.at(-1)
  if (words.length > expected.length && last?.presence !== 'repeated') {
    if (command.rest !== '' && rest.length === 0)
      throw new Failure(
        exitCode.usage,
        `"${words[expected.length]!}" is one word too many for "vagus ${command.name}"`,
        `what follows belongs behind "--": vagus ${command.name} … -- ${words.slice(expected.length).join(' ')}`,
      )
    throw usage(command, `"${words[expected.length]!}" is one word too many for "vagus ${command.name}"`)
  }
  const missing = expected[words.length]
  if (missing?.presence === 'required') {
    const choices = missing.choices === undefined ? '' : `: ${missing.choices.join(', ')}`
    throw usage(command, `"vagus ${command.name}" needs ${missing.name}, ${missing.description}${choices}`)
  }
  for (const [at, word] of words.entries()) {
    const { name, choices } = (expected[at] ?? last)!
    checkChoice(command, name, word, choices)
  }
  if (rest.length > 0 && command.rest === '') throw usage(command, `"vagus ${command.name}" takes nothing after "--"`)
}

const usage = (command: Command, what: string): Failure =>
  new Failure(exitCode.usage, what, `see: vagus ${command.name} --help`)
