/** Options of a command in a YAML file: a key is the long name of an option, and the command line beats the file. @module */
import { readFileSync } from 'node:fs'
import type { ConfigError, ConfigProblem } from '@vagus/controller'
import { nearestOf } from '@vagus/api/nearest'
import type { Call } from './command.ts'
import { configFailure } from './config-options.ts'
import { type Option, type Options, valueOfText, type ValuesOf } from './option.ts'

/** Names the file; no key of it. */
export const fileOption = {
  config: {
    type: 'text',
    short: 'c',
    value: 'FILE',
    description: 'YAML file with these options by their long names; the command line beats it, a restart rereads it',
  },
} as const satisfies Options

/** Options from the command line and a file. */
export interface Filled<O extends Options> {
  readonly values: ValuesOf<O>
  /** Those of the file. */
  readonly keys: readonly string[]
  /** With the place in the file, where the mistake that it begins with, `--NAME`, stands there. */
  readonly placed: (message: string) => string
}

/** What to look at when something is wrong with the file, or with a key of it. */
interface FileAdvice {
  readonly file: string
  readonly key: string
}
const ofDevice: FileAdvice = {
  file: 'an example: vagus cheat device',
  key: 'what a key means: vagus config explain --device KEY',
}

interface FileOptions {
  readonly values: Readonly<Record<string, unknown>>
  /** `device.yaml:12:1`, by name. */
  readonly places: ReadonlyMap<string, string>
}

const noFile: FileOptions = { values: {}, places: new Map() }

/** @throws {Failure} usage, with every problem of the file and its line */
export async function filled<O extends Options>(
  options: O,
  { values, given }: Pick<Call<O>, 'given'> & { readonly values: Readonly<Record<string, unknown>> },
  advice: FileAdvice = ofDevice,
): Promise<Filled<O>> {
  const file = values['config']
  const { values: written, places } = typeof file === 'string' ? await readOptions(options, file, advice) : noFile
  const own = Object.fromEntries(Object.entries(written).filter(([name]) => !given.has(name)))
  return {
    values: { ...values, ...own } as ValuesOf<O>, // sound: both were checked by `options`
    keys: Object.keys(written),
    placed: (message) =>
      message.replace(/^--([a-z-]+)/, (option, name: string) => {
        const place = given.has(name) ? undefined : places.get(name)
        return place === undefined ? option : `${place}: ${name}`
      }),
  }
}

/** @throws {Failure} usage */
async function readOptions(options: Options, file: string, advice: FileAdvice): Promise<FileOptions> {
  const { ConfigError } = await import('@vagus/controller/config-error')
  try {
    return await optionsOfText(options, textOf(ConfigError, file), file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw configFailure(error, adviceFor(error, advice))
  }
}

/** A problem without a key is of the file. */
const adviceFor = ({ problems }: ConfigError, { file, key }: FileAdvice): string =>
  problems.every((problem) => problem.key === '') ? file : key

function textOf(Refusal: typeof ConfigError, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const problem = `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
    throw new Refusal([{ key: '', source: file, line: undefined, column: undefined, problem }])
  }
}

/** Exactly what the text sets, by name. @throws {ConfigError} with every problem */
export async function optionsOfText(options: Options, text: string, source: string): Promise<FileOptions> {
  const [{ parseConfigDocument }, { ConfigError: Refusal }] = await Promise.all([
    import('@vagus/controller/document'),
    import('@vagus/controller/config-error'),
  ])
  const document = parseConfigDocument(text, source)
  const known = Object.entries(options).filter(([name]) => !Object.hasOwn(fileOption, name))
  const byName = new Map(known)
  const values: Record<string, unknown> = {}
  const places = new Map<string, string>()
  const problems: ConfigProblem[] = []
  for (const [key, written] of Object.entries(document.value)) {
    const place = document.place([key])
    const option = byName.get(key)
    const value = option === undefined ? { problem: unknownKey(key, [...byName.keys()]) } : valueOf(option, written)
    if ('problem' in value)
      problems.push({ key, source, line: place?.line, column: place?.column, problem: value.problem })
    else {
      values[key] = value.is
      if (place !== undefined) places.set(key, `${source}:${place.line}:${place.column}`)
    }
  }
  if (problems.length > 0) throw new Refusal(problems)
  return { values, places }
}

function unknownKey(key: string, names: readonly string[]): string {
  const near = nearestOf(
    key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    names,
  )
  return near === undefined ? `is no key; keys are ${names.join(', ')}` : `is no key; did you mean ${near}?`
}

type Value = { readonly is: unknown } | { readonly problem: string }

function valueOf(option: Option, written: unknown): Value {
  const wrong = (right: string): Value => ({ problem: `must be ${right}, got ${JSON.stringify(written)}` })
  if (option.type === 'flag') return typeof written === 'boolean' ? { is: written } : wrong('true or false')
  if (option.type === 'words' && Array.isArray(written)) {
    const words: readonly unknown[] = written
    return words.every((word) => typeof word === 'string' || typeof word === 'number')
      ? chosen(option, words.map(String), wrong)
      : wrong('a list of texts')
  }
  if ((typeof written !== 'string' && typeof written !== 'number') || written === '')
    return wrong(option.type === 'words' ? `a list in [ ], ${option.value}` : `one value, ${option.value}`)
  const value = valueOfText(option, String(written))
  return typeof value === 'object' && 'mustBe' in value ? wrong(value.mustBe) : chosen(option, value, wrong)
}

function chosen(option: Option, value: string | number | readonly string[], wrong: (right: string) => Value): Value {
  const choices = 'choices' in option ? option.choices : undefined
  const isChoice = (one: string | number): boolean => choices?.includes(String(one)) !== false
  const isRight = typeof value === 'object' ? value.every(isChoice) : isChoice(value)
  return isRight ? { is: value } : wrong(choices!.join(', '))
}
