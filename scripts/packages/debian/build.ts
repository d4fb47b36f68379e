/**
 * A Debian package of the vagus command: its files where Debian has them, and the octets the same whenever it is built from
 * one tree by the same dpkg-deb and Node (reproducible-builds.org, SOURCE_DATE_EPOCH).
 * @module
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { run, write } from '../files.ts'
import { type Cpu, filesOf, type Locked, nodeOf, productionOf } from '../lock.ts'
import { readManifest, type Workspace } from '../workspaces.ts'
import { type Architecture, debianVersion, writeControl } from './control.ts'
import { type Bundled, copyrightText } from './copyright.ts'
import { checkLibraries } from './libraries.ts'
import { documents, home, textsOf } from './texts.ts'

/** Debian's names of processors, and npm's. */
export const architectures = { amd64: 'x64', arm64: 'arm64' } as const satisfies Readonly<Record<Architecture, Cpu>>

interface Build {
  /** The folder of `stageCommand`. */
  readonly command: string
  readonly parts: readonly Workspace[]
  readonly architecture: Architecture
  /** A folder for what is made meanwhile. */
  readonly aside: string
  /** The folder of the package. */
  readonly target: string
  /** `none` where soon is better than small. */
  readonly compression: 'xz' | 'none'
}

const own = import.meta.dirname

/** Why no package can be made here; undefined: it can. */
export const whyNot = (): string | undefined =>
  spawnSync('dpkg-deb', ['--version']).status === 0 ? undefined : 'needs dpkg-deb (as root: apt-get install dpkg)'

/** The file of the package. @throws where a package of the lock file cannot be had, or dpkg-deb fails */
export async function buildDebian({
  command,
  parts,
  architecture,
  aside,
  target,
  compression,
}: Build): Promise<string> {
  const root = join(aside, architecture)
  const manifest = readManifest('package.json')
  const epoch = sourceDate()
  const cpu = architectures[architecture]
  placeCommand(command, root)
  const bundled = [nodeOf(cpu), ...productionOf(parts, cpu)].map((locked) => placePackage(locked, root, aside))
  write(root, `${documents}/copyright`, copyrightText(bundled))
  for (const [name, text] of Object.entries(await textsOf(manifest.version, new Date(epoch * 1000))))
    write(root, name, text)
  checkLibraries(root)
  writeControl(root, manifest, architecture)
  for (const name of ['postinst', 'prerm', 'postrm']) write(root, `DEBIAN/${name}`, readFileSync(join(own, name)))
  settle(root, epoch)
  const file = join(target, `vagus_${debianVersion(manifest.version)}_${architecture}.deb`)
  run('env', `SOURCE_DATE_EPOCH=${epoch}`, 'dpkg-deb', '--root-owner-group', `-Z${compression}`, '--build', root, file)
  rmSync(root, { recursive: true })
  return file
}

/** Programs to /usr/lib, documents to /usr/share. */
function placeCommand(command: string, root: string): void {
  for (const part of ['apps', 'packages', 'bin', 'package.json'])
    cpSync(join(command, part), join(root, home, part), { recursive: true })
  for (const part of ['README.md', 'docs'])
    cpSync(join(command, part), join(root, documents, part), { recursive: true })
  write(root, 'usr/bin/vagus', readFileSync(join(own, 'vagus')))
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

/** Modes and times that no umask and no clock made. */
function settle(root: string, epoch: number): void {
  for (const name of ['', ...(readdirSync(root, { recursive: true }) as string[])]) {
    const file = join(root, name)
    if (lstatSync(file).isSymbolicLink())
      throw new Error(`${name} is a link: what it leads to would not be in the package`)
    chmodSync(file, statSync(file).isDirectory() || programs.test(name) ? 0o755 : 0o644)
    utimesSync(file, epoch, epoch)
  }
}

const programs = /^usr\/bin\/|^usr\/lib\/vagus\/bin\/node$|^DEBIAN\/(postinst|prerm|postrm)$/

/** Seconds since 1970: of the last commit, where nobody says another. */
function sourceDate(): number {
  const said = process.env['SOURCE_DATE_EPOCH']
  if (said !== undefined && !/^\d{1,11}$/.test(said))
    throw new Error(
      `SOURCE_DATE_EPOCH is "${said}"; it must be seconds since 1970, such as ${Math.floor(Date.now() / 1000)}`,
    )
  if (said !== undefined) return Number(said)
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : Math.floor(statSync('package.json').mtimeMs / 1000)
}
