/**
 * Options of the commands about labs.
 * @module
 */
import type { LabOptions, LabReference, TrafficOptions } from '@vagus/lab'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options, ValuesOf } from '../option.ts'

export const whichLab = {
  name: { type: 'text', value: 'LAB', description: 'which lab (default: the only one there is, else metro)' },
} as const satisfies Options

export const upOptions = {
  topology: {
    type: 'text',
    value: 'NAME|FILE',
    default: 'metro',
    description: 'border, divert, intruder, line, metro, roam, small, or the path of a YAML file',
  },
  listen: {
    type: 'text',
    value: 'ADDR:PORT',
    default: '127.0.0.1:7600',
    description: 'address of console and API on this machine',
  },
  seed: {
    type: 'count',
    value: 'N',
    min: 0,
    max: 4_294_967_295,
    default: 1,
    description: 'the same seed gives the same traffic',
  },
  matrix: {
    type: 'text',
    value: 'NAME',
    choices: ['abilene', 'geant', 'gravity'],
    description: 'traffic matrix (default: abilene if $VAGUS_DATA has it, else gravity, which is built in)',
  },
  load: {
    type: 'count',
    value: 'PERCENT',
    min: 1,
    max: 100,
    default: 50,
    description: 'peak utilisation of the access of the busiest site',
  },
  day: { type: 'count', value: 'MINUTES', min: 1, max: 1440, description: 'simulate a day in this many minutes' },
} as const satisfies Options

export const recordOptions = {
  record: {
    type: 'text',
    value: 'DIR',
    description: 'capture every node, and keep events and results, in this new folder',
  },
  'record-limit': { type: 'text', value: 'SIZE', description: 'octets of all captures, such as 256M (default 1G)' },
} as const satisfies Options

const sizePattern = /^(\d{1,6})([MG])$/
const factors = { M: 1e6, G: 1e9 } as const

/** @throws {Failure} */
export function recordOf({ record: folder, 'record-limit': size }: ValuesOf<typeof recordOptions>): {
  readonly record?: NonNullable<LabOptions['record']>
} {
  if (folder === undefined) {
    if (size === undefined) return {}
    throw new Failure(exitCode.usage, '--record-limit is for captures', 'add --record DIR, a new folder')
  }
  if (size === undefined) return { record: { folder } }
  const [, number, prefix] = sizePattern.exec(size) ?? []
  const limit = Number(number) * factors[prefix as keyof typeof factors]
  if (!(limit > 0)) {
    const wanted = 'give octets with M or G, such as --record-limit 256M'
    throw new Failure(exitCode.usage, `--record-limit is "${size}"`, wanted)
  }
  return { record: { folder, limit } }
}

export const referenceOf = ({ name }: { readonly name: string | undefined }): LabReference =>
  name === undefined ? {} : { name }

/** The options of `labUp`, except mode and steps. */
export function labOptionsOf(values: ValuesOf<typeof upOptions>): Pick<LabOptions, 'topology' | 'listen' | 'traffic'> {
  const { topology, listen, seed, matrix, load, day } = values
  const traffic: TrafficOptions = {
    seed,
    load: load / 100,
    ...(matrix === undefined ? {} : { matrix }),
    ...(day === undefined ? {} : { dayMinutes: day }),
  }
  return { topology, listen, traffic }
}
