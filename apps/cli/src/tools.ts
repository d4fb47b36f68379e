/**
 * System programs that the lab starts, where Debian keeps them, and whether they are installed.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

export interface Tool {
  readonly label: string
  /** Debian package. */
  readonly package: string
  /** Path of the program; `undefined` when it is not installed. */
  readonly path: () => string | undefined
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Ordinary users have no sbin in PATH, where some of these programs are. */
const inPath = (name: string) => (): string | undefined =>
  [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
    .map((folder) => join(folder, name))
    .find(isExecutable)

/** What the lab needs. */
export const labTools: readonly Tool[] = [
  { label: 'FRR', package: 'frr', path: () => ['/usr/lib/frr/bgpd', '/usr/libexec/frr/bgpd'].find(isExecutable) },
  { label: 'softflowd', package: 'softflowd', path: inPath('softflowd') },
  { label: 'ip', package: 'iproute2', path: inPath('ip') },
  { label: 'unshare', package: 'util-linux', path: inPath('unshare') },
]

export const missingTools = (): readonly Tool[] => labTools.filter(({ path }) => path() === undefined)

/** The line that installs them on Debian. */
export const installLine = (tools: readonly Tool[]): string =>
  `apt-get install -y --no-install-recommends ${tools.map((tool) => tool.package).join(' ')}`

export const mayInstall = (): boolean => inPath('apt-get')() !== undefined

/** What to do to have them: where there is no apt-get, as in the image for containers, that is not a line to type. */
export function fixFor(tools: readonly Tool[]): string {
  if (!mayInstall()) return 'not in a container of the image, which has no routers: on a host (docs/11-install.md)'
  return `${isRoot() ? '' : 'as root: '}${installLine(tools)}`
}

export const isRoot = (): boolean => process.getuid?.() === 0

/** How namespaces can be made here: as any user, only as root, or not at all. */
export function namespaces(): 'user' | 'root' | 'none' {
  const unshare = inPath('unshare')()
  if (unshare === undefined) return 'none'
  const works = (flags: string): boolean => spawnSync(unshare, [flags, 'true'], { stdio: 'ignore' }).status === 0
  if (works('-Urnmpf')) return 'user'
  return isRoot() && works('-nmpf') ? 'root' : 'none'
}
