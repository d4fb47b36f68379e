/**
 * The packages of Debian that the image is based on: versions and SHA-256 are pinned, so it does not matter where they come
 * from. apt fetches them with the sources of this machine, for either processor and without root.
 * @module
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run, runIn } from '../files.ts'
import type { Architecture } from '../tree.ts'

export interface Pin {
  readonly name: string
  readonly version: string
  readonly sha256: Readonly<Record<Architecture, string>>
}

export interface Pins {
  /** The name of the release, such as `bookworm`. */
  readonly suite: string
  readonly packages: readonly Pin[]
}

export const pinsFile = join(import.meta.dirname, 'debian-packages.json')
export const readPins = (): Pins => JSON.parse(readFileSync(pinsFile, 'utf8')) as Pins

/** Where they are kept from one build to the next, and may be laid by hand. */
const kept = (): string => resolve(process.env['VAGUS_DEBS'] ?? 'dist/.debian')

/** The files of all packages for `architecture`. @throws where one cannot be had, or is another one than pinned */
export function fetchPackages(architecture: Architecture): readonly string[] {
  const { suite, packages } = readPins()
  const folder = kept()
  const fileOf = ({ name, version }: Pin, kind: string): string => join(folder, `${name}_${version}_${kind}.deb`)
  const found = (pin: Pin): string | undefined =>
    [architecture, 'all'].map((kind) => fileOf(pin, kind)).find((file) => existsSync(file))
  const missing = packages.filter((pin) => found(pin) === undefined)
  if (missing.length > 0) download(missing, { suite, folder, architecture })
  return packages.map((pin) => {
    const file = found(pin)
    const octets = file === undefined ? undefined : sha256Of(file)
    if (file !== undefined && octets === pin.sha256[architecture]) return file
    throw new Error(
      `${file ?? pin.name} has SHA-256 ${octets ?? 'unknown'}; ${pinsFile} says ${pin.sha256[architecture]}`,
    )
  })
}

interface Wanted {
  readonly suite: string
  readonly folder: string
  readonly architecture: Architecture
}

function download(pins: readonly Pin[], { suite, folder, architecture }: Wanted): void {
  mkdirSync(folder, { recursive: true })
  const names = pins.map(({ name, version }) => `${name}=${version}`)
  const get = (...options: readonly string[]): unknown =>
    runIn(folder, 'apt-get', ...options, '--quiet', 'download', ...names)
  try {
    if (architecture !== ownArchitecture() || !succeeds(get)) get(...aptFor(architecture, folder))
  } catch (error) {
    const fix = [
      `newer versions: node scripts/packages/image/pin.ts, on a machine with sources of Debian ${suite}`,
      `or lay the files into ${folder} ($VAGUS_DEBS)`,
    ]
    throw new Error(
      `apt-get has no ${names.join(', ')} for ${architecture}; ${fix.join('; ')}\n${(error as Error).message}`,
      { cause: error },
    )
  }
}

/** Folders of lists that this process has fetched. */
const fetched = new Set<string>()

/**
 * Options of apt by which it has lists and a cache of its own for one processor, and knows of nothing installed. The lists
 * are fetched once.
 */
export function aptFor(architecture: Architecture, folder: string): readonly string[] {
  const state = join(folder, `apt-${architecture}`)
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': process.getuid?.() === 0 ? 'root' : '',
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': state,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  if (fetched.has(state)) return options
  mkdirSync(join(state, 'lists/partial'), { recursive: true })
  mkdirSync(join(state, 'archives/partial'), { recursive: true })
  run('apt-get', ...options, '--quiet', 'update')
  fetched.add(state)
  return options
}

/** With the lists that this machine has already, which is quick. */
function succeeds(get: () => unknown): boolean {
  try {
    get()
    return true
  } catch {
    return false
  }
}

const ownArchitecture = (): Architecture => (process.arch === 'arm64' ? 'arm64' : 'amd64')

const sha256Of = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
