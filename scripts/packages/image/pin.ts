/**
 * Writes the newest versions of the packages that the image is based on into `debian-packages.json`: run it where apt has
 * sources of that release, look at the difference, commit it. `node scripts/packages/image/pin.ts`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../files.ts'
import type { Architecture } from '../tree.ts'
import { aptFor, type Pin, pinsFile, readPins } from './debian-packages.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-pins-'))
const pins = readPins()

function newest(name: string, architecture: Architecture): readonly [version: string, sha256: string] {
  const text = run('apt-cache', ...aptFor(architecture, folder), 'show', '--no-all-versions', name)
  const field = (key: string): string => new RegExp(`^${key}: (.+)$`, 'm').exec(text)?.[1] ?? ''
  return [field('Version'), field('SHA256')]
}

try {
  const packages = pins.packages.map(({ name }): Pin => {
    const [version, amd64] = newest(name, 'amd64')
    const [other, arm64] = newest(name, 'arm64')
    if (version !== other) throw new Error(`${name} is ${version} for amd64 and ${other} for arm64: try again tomorrow`)
    return { name, version, sha256: { amd64, arm64 } }
  })
  writeFileSync(pinsFile, `${JSON.stringify({ ...pins, packages }, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true })
}
