/** Files of packages, and the programs that pack them. @module */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes `name` below `into`, whose folders it makes. */
export function write(into: string, name: string, content: string | Uint8Array, mode = 0o644): void {
  const file = join(into, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content, { mode })
}

/** Copies a file or a folder of this tree to where it is there. */
export function copy(name: string, into: string): void {
  cpSync(name, join(into, name), { recursive: true })
}

export function writeManifest(into: string, manifest: object): void {
  write(into, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`)
}

/** What it printed. @throws with what it said, when it fails or is not here */
export const run = (command: string, ...words: readonly string[]): string => runIn('.', command, ...words)

/** The same in `folder`, which must be there. */
export function runIn(folder: string, command: string, ...words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${error?.message ?? `${stderr}${stdout}`}`)
  return stdout
}
