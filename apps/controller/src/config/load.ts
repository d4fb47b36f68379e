/** The configuration in use: defaults < file < environment (`VAGUS_*`) < flags. @module */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, configSchema } from '@vagus/api'
import { nearestOf } from '@vagus/api/nearest'
import { userHome, vagusHome } from '@vagus/keyring/home'
import { ConfigError, type ConfigProblem, type KeyPath, keyOf } from './config-error.ts'
import { crossProblems } from './cross-check.ts'
import { type ConfigDocument, parseConfigDocument } from './document.ts'
import { keysAt, keysNamed } from './keys-at.ts'
import { type Issue, schemaProblem } from './schema-problem.ts'
import { environmentNameOf, setKey, settings, valueOf } from './setting.ts'

export interface ConfigSources {
  /** Path of the file; without it `VAGUS_CONFIG`, then `./vagus.yaml`, then `$VAGUS_HOME/vagus.yaml`, then no file. */
  readonly file?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Key to text, such as `flow.listen` to `127.0.0.1:2055,[::1]:2055`. */
  readonly flags?: Readonly<Record<string, string>>
}

export interface LoadedConfig {
  readonly config: Config
  /** Undefined where there is none. */
  readonly file: string | undefined
  /** Folder of the state. */
  readonly home: string
  /** Key to where its value came from, for keys that are not at their default: the file, `VAGUS_…` or `--…`. */
  readonly origins: ReadonlyMap<string, string>
  /** What is wrong with the value there, with its line. */
  readonly problemAt: (path: KeyPath, problem: string) => ConfigProblem
}

/** @throws {ConfigError} with every problem found and its line */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = fileOf(sources)
  const document = file === undefined ? undefined : parseConfigDocument(readConfigFile(file), file)
  return checkConfig(document, file, sources)
}

/** As `loadConfig`, from the text of a file. @throws {ConfigError} */
export function loadConfigText(text: string, sources: Omit<ConfigSources, 'file'>, name = 'vagus.yaml'): LoadedConfig {
  return checkConfig(parseConfigDocument(text, name), name, sources)
}

function fileOf({ file, environment }: ConfigSources): string | undefined {
  const named = file ?? environment['VAGUS_CONFIG']
  if (named !== undefined) return named
  const home = vagusHome(environment)
  const places = ['vagus.yaml', ...(home === undefined ? [] : [join(home, 'vagus.yaml')])]
  return places.find((path) => existsSync(path))
}

/** @throws {ConfigError} when it defaults to the user's home folder, and there is none */
function homeOf(configured: string | undefined, environment: ConfigSources['environment']): string {
  const user = userHome()
  // As in a shell: nobody means a folder called ~.
  const isOfUser = configured !== undefined && /^~(?=\/|$)/.test(configured)
  const home = isOfUser ? user && configured.replace('~', user) : (configured ?? vagusHome(environment))
  if (home !== undefined) return home
  const problem = 'there is no home folder: set VAGUS_HOME'
  throw new ConfigError([{ key: 'home', source: 'defaults', line: undefined, column: undefined, problem }])
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const problem = `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
    throw new ConfigError([{ key: '', source: file, line: undefined, column: undefined, problem }])
  }
}

function checkConfig(
  document: ConfigDocument | undefined,
  file: string | undefined,
  { environment, flags = {} }: ConfigSources,
): LoadedConfig {
  const value: Record<string, unknown> = { ...document?.value }
  const known = settings()
  const origins = new Map<string, string>()
  if (file !== undefined) for (const key of keysOf(value)) origins.set(key, file)
  for (const [key, schema] of known) {
    const name = environmentNameOf(key)
    if (name === undefined) continue
    const text = environment[name]
    if (text === undefined) continue
    setKey(value, key, valueOf(text, schema))
    origins.set(key, name)
  }
  for (const [key, text] of Object.entries(flags)) {
    const schema = known.get(key)
    if (schema === undefined) throw new RangeError(`"${key}" must be one of ${[...known.keys()].join(', ')}`)
    setKey(value, key, valueOf(text, schema))
    origins.set(key, `--${key}`)
  }
  const problemAt = (path: KeyPath, problem: string): ConfigProblem => {
    const key = keyOf(path)
    const source = origins.get(key.replace(/\[.*/, '')) ?? file ?? 'defaults'
    const place = source === file ? document?.place(path) : undefined
    return { key, source, line: place?.line, column: place?.column, problem }
  }
  const parsed = configSchema.safeParse(value)
  if (!parsed.success) {
    // A value of the wrong kind also breaks the limits of the right one: the first is enough.
    const found = parsed.error.issues.flatMap((issue) => issueProblems(issue, value, problemAt))
    throw new ConfigError(found.filter(({ key }, index) => found.findIndex((one) => one.key === key) === index))
  }
  const crossed = crossProblems(parsed.data)
  if (crossed.length > 0) throw new ConfigError(crossed.map(({ path, problem }) => problemAt(path, problem)))
  return { config: parsed.data, file, home: homeOf(parsed.data.home, environment), origins, problemAt }
}

/** One problem per unknown key, else one for the value. */
function issueProblems(
  issue: Issue,
  root: unknown,
  problemAt: (path: KeyPath, problem: string) => ConfigProblem,
): readonly ConfigProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code !== 'unrecognized_keys') return [problemAt(path, schemaProblem(issue, root))]
  const names = keysAt(path)
  const all = names.map((name) => keyOf([...path, name])).join(', ')
  const unknowns = issue.keys ?? []
  const told = unknowns.findIndex((word) => nearestOf(word, names) === undefined && keysNamed(word).length === 0)
  return unknowns.map((unknown, index) => {
    const near = nearestOf(unknown, names)
    if (near !== undefined) return problemAt([...path, unknown], `is no key; did you mean ${near}?`)
    const elsewhere = keysNamed(unknown)
    if (elsewhere.length > 0)
      return problemAt([...path, unknown], `is no key here; did you mean ${elsewhere.join(' or ')}?`)
    // The keys are told once: those of `vagus.yaml` are many.
    const here = index === told ? `; keys here: ${all}` : ''
    return problemAt([...path, unknown], `is no key${here}`)
  })
}

/** Keys of all values that are not objects: `flow.listen`, `devices`. */
function keysOf(value: Readonly<Record<string, unknown>>, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? keysOf(inner as Record<string, unknown>, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  )
}
