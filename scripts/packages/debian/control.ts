/** What dpkg reads of a package (deb-control(5), deb-conffiles(5), deb-md5sums(5)). @module */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { write } from '../files.ts'
import type { Architecture } from '../tree.ts'
import type { Manifest } from '../workspaces.ts'

/** Who answers for the package: who builds it, as other tools of Debian are told (dch(1)). */
export const maintainer = (): string =>
  `${process.env['DEBFULLNAME'] ?? 'Vagus contributors'} <${process.env['DEBEMAIL'] ?? 'vagus@localhost'}>`

/** As Debian orders versions: `1.0.0-rc.1` comes before `1.0.0` (deb-version(7)). */
export const debianVersion = (version: string): string => version.replace('-', '~')

/** Writes DEBIAN of the tree at `root`, which has all other files. The libraries: see `checkLibraries`. */
export function writeControl(root: string, { version }: Manifest, architecture: Architecture): void {
  const files = filesBelow(root)
  const octets = files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0)
  const fields = {
    Package: 'vagus',
    Version: debianVersion(version),
    Architecture: architecture,
    Maintainer: maintainer(),
    'Installed-Size': Math.ceil(octets / 1024),
    Depends: [
      'libc6 (>= 2.28)',
      'libgcc-s1',
      'libstdc++6 (>= 7)',
      'systemd | systemd-standalone-sysusers | systemd-sysusers',
    ].join(', '),
    Recommends: 'iproute2, nftables', // of private lines and services by role
    Suggests: 'frr | bird2 | gobgpd, softflowd',
    Section: 'net',
    Priority: 'optional',
    Description: description,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
  write(root, 'DEBIAN/control', lines.join(''))
  write(root, 'DEBIAN/conffiles', files.flatMap((file) => (file.startsWith('etc/') ? [`/${file}\n`] : [])).join(''))
  write(root, 'DEBIAN/md5sums', files.map((file) => `${md5Of(join(root, file))}  ${file}\n`).join(''))
}

const description = `network for AI agents, and AI agents for the network
 Beside routers (FRR, BIRD, GoBGP or a vendor's), Vagus reads flow exports and
 shows what flows where, in both IP versions. Its agents propose what to do
 about links that fill, and change routes within the bounds of an operator.
 .
 Beside AI agents, it gives each A2A or MCP program one identity, and sessions
 that survive changes of network, address and process.
 .
 The package brings the Node that it was tested with. Installing it starts
 nothing.`

/** In order, whatever the file system's is. */
function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

const md5Of = (file: string): string => createHash('md5').update(readFileSync(file)).digest('hex')
