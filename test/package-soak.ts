/** What takes too long for each run of the tests: packages and image as they are published, built twice, and lintian. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** Two builders, of whom the second has other habits, and less time. */
const builders = [
  { TZ: 'UTC', umask: '022', kinds: 'amd64,arm64,image' },
  { TZ: 'Pacific/Chatham', umask: '077', kinds: 'amd64,image' },
] as const

/** @throws where the octets differ, or lintian finds what the package does not explain */
export function packTwice(report: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-packages-'))
  try {
    const hashes = builders.map(({ TZ, umask, kinds }) => {
      const into = join(folder, umask)
      const line = `umask ${umask}; exec "$0" scripts/package.ts "$1" --only ${kinds}`
      const env = { ...process.env, TZ }
      const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, into], { env, encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      return globSync(join(into, '*.{deb,tar}'))
        .sort()
        .map((file) => `${basename(file)} ${statSync(file).size} octets, SHA-256 ${sha256Of(file)}`)
    })
    for (const line of hashes[0]!) report(line)
    for (const line of hashes[1]!) if (!hashes[0]!.includes(line)) throw new Error(`built again: ${line}`)
    report('amd64 and image built again with another umask and time zone: the same octets')
    const [image] = globSync(join(folder, '022', '*.oci.tar'))
    report(`${basename(image!)}: ${skopeo(image!, join(folder, 'copy'))}`)
    for (const file of globSync(join(folder, '022', '*.deb'))) report(`${basename(file)}: ${lintian(file)}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const sha256Of = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** It compares each blob with its digest, of both processors. */
function skopeo(file: string, to: string): string {
  const words = ['copy', '--all', '--preserve-digests', `oci-archive:${file}`, `oci:${to}`]
  const { status, stderr, error } = spawnSync('skopeo', words, { encoding: 'utf8' })
  if (error !== undefined) return 'not looked at: needs skopeo (as root: apt-get install skopeo)'
  if (status !== 0) throw new Error(`skopeo ${words.join(' ')}\n${stderr}`)
  return 'skopeo copies all of it'
}

function lintian(file: string): string {
  const options = ['--allow-root', '--fail-on', 'error,warning']
  const { status, stdout, error } = spawnSync('lintian', [...options, file], { encoding: 'utf8' })
  if (error !== undefined) return 'not looked at: needs lintian (as root: apt-get install lintian)'
  if (status !== 0) throw new Error(`lintian ${file}\n${stdout}`)
  return 'lintian has no error and no warning that the package does not explain'
}
