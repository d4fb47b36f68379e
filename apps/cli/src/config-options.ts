/**
 * Options of the commands that read `vagus.yaml`, and its problems as a failure.
 * @module
 */
import { existsSync } from 'node:fs'
import type { ConfigError, ConfigProblem, LoadedConfig } from '@vagus/controller'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options, ValuesOf } from './option.ts'

export const configOptions = {
  config: {
    type: 'text',
    short: 'c',
    value: 'FILE',
    description: 'default: $VAGUS_CONFIG, else ./vagus.yaml, else $VAGUS_HOME/vagus.yaml, else only defaults',
  },
  listen: { type: 'text', value: 'ADDRESS', description: 'ADDRESS:PORT or unix:PATH of API and console' },
  home: { type: 'text', value: 'FOLDER', description: 'folder of the state' },
  'flow.listen': { type: 'text', value: 'LIST', description: 'UDP ADDRESS:PORT, separated by commas' },
} as const satisfies Options

export const deviceOption = {
  device: { type: 'flag', description: 'of a file for "vagus device -c", instead of vagus.yaml' },
} as const satisfies Options

const keys = ['listen', 'home', 'flow.listen'] as const

/** The keys given as flags. */
export const flagsOf = (values: ValuesOf<typeof configOptions>): Readonly<Record<string, string>> =>
  Object.fromEntries(keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]] as const])))

/**
 * Flags override the environment, which overrides the file. @throws {Failure} with every problem, each with its line.
 */
export async function configOf(
  values: ValuesOf<typeof configOptions>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LoadedConfig> {
  const file = values.config ?? environment['VAGUS_CONFIG']
  if (file !== undefined && !existsSync(file))
    throw new Failure(exitCode.usage, `there is no file ${file}`, `the smallest one: vagus cheat config > ${file}`)
  const { ConfigError, loadConfig } = await import('@vagus/controller')
  try {
    return loadConfig({ file: values.config, environment, flags: flagsOf(values) })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const [only] = error.problems.length === 1 ? error.problems : []
    const isKnown = only !== undefined && only.key !== '' && !only.problem.startsWith('is no key')
    throw configFailure(error, `what a key means: vagus config explain ${isKnown ? only.key : 'KEY'}`)
  }
}

/** Whether files can be used that only this host has: secrets, keys, certificates. @throws {Failure} with every problem */
export async function checkSecrets(loaded: LoadedConfig): Promise<void> {
  const { checkJoinFiles, checkOperatorFiles, checkSnmpSecrets, ConfigError } = await import('@vagus/controller')
  const problems: ConfigProblem[] = []
  for (const check of [checkSnmpSecrets, checkJoinFiles, checkOperatorFiles])
    try {
      await check(loaded, Date.now())
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  if (problems.length === 0) return
  const key = problems[0]!.key.startsWith('devices[') ? 'snmp.secretsFile' : problems[0]!.key
  throw configFailure(new ConfigError(problems), `what the file holds: vagus config explain ${key}`)
}

/** Every problem, each with its line. */
export function configFailure({ problems, message }: ConfigError, fix: string): Failure {
  const many = `${problems.length} problems in the configuration\n${message.replaceAll(/^/gm, '  ')}`
  return new Failure(exitCode.usage, problems.length === 1 ? message : many, fix)
}
