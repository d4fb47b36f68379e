/** A file of `vagus device -c`, checked and explained without starting anything. @module */
import { hostname } from 'node:os'
import { nearestOf } from '@vagus/api/nearest'
import type { KeyExplanation } from '@vagus/controller'
import { checkWithoutIntents } from './device-intents.ts'
import { deviceOptions, type DeviceValues } from './device-options.ts'
import { registrarOf } from './device-joins.ts'
import { countersOf, peeringOf } from './device-router.ts'
import { checkUnserved } from './device-serving.ts'
import { checkUnsteered, wantedSteering } from './device-steering.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { defaultOf, type Option } from './option.ts'
import { filled, fileOption } from './option-file.ts'
import type { Parsed } from './parse.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Keys that the file has. @throws {Failure} usage, with the line of what is wrong */
export async function checkDeviceFile(file: string, environment: Environment): Promise<readonly string[]> {
  const defaults = Object.entries<Option>(deviceOptions).map(([name, option]) => [name, defaultOf(option)])
  const typed = { values: { ...Object.fromEntries(defaults), config: file }, given: new Set<string>() }
  return (await checked(typed, environment)).keys
}

/** The values of a command line and its file. @throws {Failure} usage, where "vagus device" would not start with them */
export const checkedDevice = async (typed: Pick<Parsed, 'values' | 'given'>, environment: Environment) =>
  (await checked(typed, environment)).values

async function checked(typed: Pick<Parsed, 'values' | 'given'>, environment: Environment) {
  const { values, keys, placed } = await filled(deviceOptions, typed)
  try {
    await checkDevice(values, environment)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Failure(exitCode.usage, placed(error.message), 'what a key means: vagus config explain --device KEY')
  }
  return { values, keys }
}

/** @throws {RangeError}, {Failure} usage */
async function checkDevice(values: DeviceValues, environment: Environment): Promise<void> {
  await countersOf(values)
  await peeringOf(values)
  await registrarOf(values)
  const { name: device = hostname(), 'serve-to': owner } = values
  if (values['steered-by'] !== undefined) await wantedSteering(values, { device, environment })
  else {
    checkUnsteered(values)
    checkWithoutIntents(values)
  }
  if (owner === undefined) checkUnserved(values)
}

type Explained = Omit<KeyExplanation, 'origin'> & { readonly origin: undefined }

/** One key, or all. @throws {Failure} usage, where there is no such key */
export function explainedOptions(wanted: string | undefined): readonly Explained[] {
  const known = Object.entries<Option>(deviceOptions).filter(([name]) => !Object.hasOwn(fileOption, name))
  const found = known.filter(([name]) => wanted === undefined || name === wanted)
  if (found.length > 0) return found.map(([name, option]) => explained(name, option))
  const near = nearestOf(wanted!, new Map(known).keys())
  throw new Failure(
    exitCode.usage,
    `"vagus device" has no option "${wanted}"`,
    near === undefined ? 'all: vagus config explain --device' : `did you mean: vagus config explain --device ${near}`,
  )
}

const explained = (key: string, option: Option): Explained => ({
  key,
  description: option.description,
  type: typeOf(option),
  default: option.type === 'flag' ? false : option.default,
  required: option.presence === 'required',
  keys: [],
  environment: undefined,
  value: undefined,
  origin: undefined,
})

function typeOf(option: Option): string {
  switch (option.type) {
    case 'flag':
      return 'true or false'
    case 'count':
      return `integer, ${option.min} to ${option.max}`
    case 'duration':
      return 'a number and s, m, h or d, above 0'
    case 'words':
      return `list of texts, ${option.value}`
    case 'text':
      return option.choices?.join(' or ') ?? option.value
    case 'rate':
    case 'time':
  }
  return option.value
}
