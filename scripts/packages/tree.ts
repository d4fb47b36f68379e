/**
 * The program below /usr/lib/vagus, as Debian packages and images have it: the command, its Node, what both need of others.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { cpSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundled } from './debian/copyright.ts'
import { type Cpu, filesOf, type Locked, nodeOf, productionOf } from './lock.ts'
import type { Workspace } from './workspaces.ts'

/** As Debian and Go name processors. */
export type Architecture = 'amd64' | 'arm64'

/** Debian's names of processors, and npm's. */
export const architectures = { amd64: 'x64', arm64: 'arm64' } as const satisfies Readonly<Record<Architecture, Cpu>>

export const home = 'usr/lib/vagus'
export const documents = 'usr/share/doc/vagus'

export interface Program {
  /** The folder of `stageCommand`. */
  readonly command: string
  readonly parts: readonly Workspace[]
  readonly architecture: Architecture
  /** A folder for what is made meanwhile. */
  readonly aside: string
}

/**
 * Writes the program below `root`, and answers whose its packages are.
 * @throws where a package of the lock file cannot be had
 */
export function placeProgram({ command, parts, architecture, aside }: Program, root: string): readonly Bundled[] {
  for (const part of ['apps', 'packages', 'bin', 'package.json'])
    cpSync(join(command, part), join(root, home, part), { recursive: true })
  const cpu = architectures[architecture]
  return [nodeOf(cpu), ...productionOf(parts, cpu)].map((locked) => placePackage(locked, root, aside))
}

/** Of Node only the program. Node runs no TypeScript of a package, and reads no maps and documents. */
function placePackage(locked: Locked, root: string, aside: string): Bundled {
  const { name, version, license = '', path } = locked
  const folder = filesOf(locked, aside)
  if (name.startsWith('node-linux-')) {
    const program = `${home}/bin/node`
    cpSync(join(folder, 'bin/node'), join(root, program))
    return { name: 'node', version, license, files: program, folder }
  }
  const filter = (file: string): boolean => !unused.test(file.slice(folder.length))
  cpSync(folder, join(root, home, path), { recursive: true, filter })
  return { name, version, license, files: `${home}/${path}/*`, folder }
}

/** Also how add-ons are built, those for another C library, and packages below, which the lock file names one by one. */
const unused = /\.([cm]?ts|map|md|cc|hh?|inc)$|\/\.|\/musl_|^\/(node_modules|docs?|vendor|tests?|cnoke\.cjs)$/

/** Seconds since 1970: of the last commit, where nobody says another. */
export function sourceDate(): number {
  const said = process.env['SOURCE_DATE_EPOCH']
  if (said !== undefined && !/^\d{1,11}$/.test(said))
    throw new Error(
      `SOURCE_DATE_EPOCH is "${said}"; it must be seconds since 1970, such as ${Math.floor(Date.now() / 1000)}`,
    )
  if (said !== undefined) return Number(said)
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : Math.floor(statSync('package.json').mtimeMs / 1000)
}
