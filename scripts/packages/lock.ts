/** What package-lock.json names for production on one kind of machine, and where it comes from. @module */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from './files.ts'
import { readManifest, type Versions, type Workspace } from './workspaces.ts'

/** As npm and `process.arch` call processors. */
export type Cpu = 'x64' | 'arm64'

interface Entry {
  readonly version: string
  readonly license?: string
  /** Subresource integrity of the archive in the registry. */
  readonly integrity: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly dependencies?: Versions
  readonly optionalDependencies?: Versions
  readonly peerDependencies?: Versions
}

export interface Locked extends Entry {
  readonly name: string
  /** Where npm installs it, from the root of the tree, such as `node_modules/ws`. */
  readonly path: string
}

type Lock = Readonly<Record<string, Entry>>

const readLock = (): Lock =>
  (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Lock }).packages

/** All that `parts` need of others on Linux with glibc and `cpu`, in order of their paths. */
export function productionOf(parts: readonly Workspace[], cpu: Cpu): readonly Locked[] {
  const lock = readLock()
  const found = new Map<string, Locked>()
  const visit = (from: string, names: Versions = {}): void => {
    for (const name of Object.keys(names)) {
      const path = name.startsWith('@vagus/') ? undefined : placeOf(lock, from, name)
      const entry = path === undefined ? undefined : lock[path]
      if (path === undefined || entry === undefined || found.has(path) || !runsOn(entry, cpu)) continue
      found.set(path, { ...entry, name, path })
      visit(path, { ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies })
    }
  }
  for (const { folder, manifest } of parts) visit(folder, manifest.dependencies)
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The Node of `cpu`. */
export function nodeOf(cpu: Cpu): Locked {
  const name = `node-linux-${cpu}`
  const path = `node_modules/${name}`
  return { ...readLock()[path]!, name, path }
}

/** The nearest folder in which Node would look; undefined: an optional peer that nobody has. */
function placeOf(lock: Lock, from: string, name: string): string | undefined {
  const path = join(from, 'node_modules', name)
  if (Object.hasOwn(lock, path)) return path
  const outer = from.slice(0, Math.max(0, from.lastIndexOf('node_modules') - 1))
  return from === '' ? undefined : placeOf(lock, outer, name)
}

const runsOn = ({ os, cpu: processors, libc }: Entry, cpu: Cpu): boolean =>
  (os?.includes('linux') ?? true) && (processors?.includes(cpu) ?? true) && (libc?.includes('glibc') ?? true)

/**
 * The folder with its files: the installed one, or, where it is for another processor, one below `aside` with what the
 * registry has. @throws when it cannot be fetched, or is another one than the lock file says
 */
export function filesOf({ name, path, version, integrity }: Locked, aside: string): string {
  if (existsSync(path)) {
    const { version: installed } = readManifest(join(path, 'package.json'))
    if (installed === version) return path
    throw new Error(`${path} has version ${installed}, package-lock.json says ${version}; run npm ci`)
  }
  const folder = join(aside, path)
  mkdirSync(folder, { recursive: true })
  const packed = run('npm', 'pack', '--silent', '--prefer-offline', '--pack-destination', aside, `${name}@${version}`)
  const archive = join(aside, basename(packed.trim()))
  const octets = createHash('sha512').update(readFileSync(archive)).digest('base64')
  if (integrity !== `sha512-${octets}`)
    throw new Error(`${name}@${version} of the registry is another one than that of package-lock.json`)
  run('tar', 'xzf', archive, '-C', folder, '--strip-components=1')
  return folder
}
