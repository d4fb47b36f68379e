/**
 * A Debian package of the vagus command: its files where Debian has them, and the octets the same whenever it is built from
 * one tree by the same dpkg-deb and Node (reproducible-builds.org, SOURCE_DATE_EPOCH).
 * @module
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { run, write } from '../files.ts'
import { documents, placeProgram, type Program, sourceDate } from '../tree.ts'
import { readManifest } from '../workspaces.ts'
import { debianVersion, writeControl } from './control.ts'
import { copyrightText } from './copyright.ts'
import { checkLibraries } from './libraries.ts'
import { textsOf } from './texts.ts'

interface Build extends Program {
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
export async function buildDebian({ target, compression, ...program }: Build): Promise<string> {
  const { command, architecture, aside } = program
  const root = join(aside, architecture)
  const manifest = readManifest('package.json')
  const epoch = sourceDate()
  write(root, `${documents}/copyright`, copyrightText(placeProgram(program, root)))
  for (const part of ['README.md', 'docs'])
    cpSync(join(command, part), join(root, documents, part), { recursive: true })
  write(root, 'usr/bin/vagus', readFileSync(join(own, 'vagus')))
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
