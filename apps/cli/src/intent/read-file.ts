/** `intents.yaml` as a command gets it, with its problems as a failure. @module */
import type { IntentPlaces } from '@vagus/api/intent-places'
import type { ReadIntentFile } from '@vagus/controller'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { readInput } from '../read-input.ts'

export interface ReadFile extends ReadIntentFile {
  readonly name: string
}

/** @throws {Failure} usage, with every problem and its line */
export async function readFile(name: string): Promise<ReadFile> {
  const { ConfigError, readIntentFile } = await import('@vagus/controller')
  try {
    return { name, ...readIntentFile(readInput(name, 'an example: vagus cheat intent'), name === '-' ? 'stdin' : name) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw problemsFailure(error.problems.length, error.message)
  }
}

/** @throws {Failure} usage, where names are not those of the controller */
export async function checkNames(file: ReadFile, places: IntentPlaces): Promise<void> {
  const { ConfigError } = await import('@vagus/controller')
  const found = file.problems(places)
  if (found.length > 0) throw problemsFailure(found.length, new ConfigError(found).message)
}

function problemsFailure(count: number, text: string): Failure {
  const heading = count === 1 ? text : `${count} problems\n${text.replaceAll(/^/gm, '  ')}`
  return new Failure(exitCode.usage, heading, 'what an intent looks like: vagus cheat intent')
}
