/**
 * The folders of labs, and the choice of a lab.
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { vagusHome } from '@vagus/keyring/home'
import { LabError } from '../errors.ts'
import type { LabReference } from '../lab.ts'
import { labPaths, type LabSpec } from '../spec.ts'

/** Default name of a lab. */
const defaultName = 'metro'
/** A path of `sun_path` holds so many octets (unix(7)), with a zero behind. */
const maxSocketPath = 107

/** Throws `LabError` `usage` when no folder is given and the user has no home folder. */
function labsFolder({ home = vagusHome(process.env) }: Pick<LabReference, 'home'>): string {
  if (home === undefined) throw new LabError('usage', 'there is no home folder; set VAGUS_HOME to a folder of yours')
  return resolve(home, 'lab')
}

/** Folder of the lab called `name`. Throws `LabError` `usage` when its sockets would have too long a path. */
export function folderOf(name: string, reference: LabReference): string {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) {
    throw new LabError('usage', `"${name}" is not a name of a lab: it must be 1..32 of a-z, 0-9 and "-"`)
  }
  const folder = join(labsFolder(reference), name)
  const longest = labPaths(folder).controller
  if (Buffer.byteLength(longest) > maxSocketPath) {
    throw new LabError('usage', `${longest} is too long for a socket; set VAGUS_HOME to a shorter path`)
  }
  return folder
}

/** Names of the labs that have a folder. */
export function labNames(reference: Pick<LabReference, 'home'>): readonly string[] {
  return globSync(join(labsFolder(reference), '*', 'lab.json'))
    .map((file) => basename(dirname(file)))
    .sort()
}

/** The folder of the selected lab. Throws `LabError` `not-running`, or `usage` when none has the name given. */
export function findLab(reference: LabReference): string {
  const names = labNames(reference)
  const name = reference.name ?? (names.length === 1 ? names[0]! : defaultName)
  if (names.includes(name)) return folderOf(name, reference)
  if (names.length > 1 && reference.name === undefined) {
    throw new LabError('usage', `there are several labs (${names.join(', ')}); select one with --name`)
  }
  if (reference.name !== undefined) {
    const known = names.length === 0 ? 'start one with: vagus lab up' : `there are ${names.join(', ')}`
    throw new LabError('usage', `there is no lab "${name}"; ${known}`)
  }
  throw new LabError('not-running', `no lab runs; start one with: vagus lab up`)
}

/** What `labUp` wrote into the folder; `undefined` when it is not there or broken. */
export function readSpec(folder: string): LabSpec | undefined {
  const { spec } = labPaths(folder)
  if (!existsSync(spec)) return undefined
  try {
    return JSON.parse(readFileSync(spec, 'utf8')) as LabSpec
  } catch {
    return undefined
  }
}
