/**
 * What of Debian the program needs to run: the C and C++ libraries, certificates of authorities, who its user is. No shell,
 * no package manager, nothing that is setuid.
 * @module
 */
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, write } from '../files.ts'

/** Of whoever runs in the image: the number that images without root have by habit. */
export const user = 65_532
export const state = 'var/lib/vagus'
export const certificates = 'etc/ssl/certs/ca-certificates.crt'

/** Documents but licences, converters between character sets, and what configures or debugs an installed system. */
const unused =
  'usr/{sbin,share/{ca-certificates,gcc,gdb,lintian,man,locale},lib/*/gconv}|etc/{ca-certificates,ld.so.conf.d}|usr/share/doc/*/{*.gz,[A-Z]*}'

/** Unpacks `packages` below `root` and adds the files that their scripts would make. */
export function placeBase(packages: readonly string[], root: string): void {
  mkdirSync(root, { recursive: true })
  for (const file of packages) {
    run('dpkg-deb', '--extract', file, root)
    // Where scanners of images look for what is installed without a package manager.
    const name = run('dpkg-deb', '--field', file, 'Package').trim()
    write(root, `var/lib/dpkg/status.d/${name}`, run('dpkg-deb', '--field', file))
  }
  const authorities = globSync('usr/share/ca-certificates/**/*.crt', { cwd: root }).sort()
  write(root, certificates, Buffer.concat(authorities.map((name) => readFileSync(join(root, name)))))
  for (const pattern of unused.split('|'))
    for (const name of globSync(pattern, { cwd: root })) rmSync(join(root, name), { recursive: true })
  for (const [name, text] of Object.entries(files)) write(root, name, text)
  for (const name of ['tmp', 'proc', 'sys', 'dev', 'run', 'etc/vagus', state])
    mkdirSync(join(root, name), { recursive: true })
}

const files: Readonly<Record<string, string>> = {
  'etc/passwd': `root:x:0:0:root:/root:/sbin/nologin\nvagus:x:${user}:${user}:Vagus:/${state}:/sbin/nologin\n`,
  'etc/group': `root:x:0:\nvagus:x:${user}:\n`,
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/os-release': 'PRETTY_NAME="Vagus on Debian 12"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
}
