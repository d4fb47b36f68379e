/**
 * The file of options for `vagus device -c`: what a member was told is put in, and what its operator wrote stays, comments
 * too.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import type { DeviceSettings } from '@vagus/api/joins'
import { writeFileWhole } from '@vagus/keyring/private-file'

/** Writes the file anew; what it says of the same options is replaced. @throws {KeyringError} when the disk does not take it */
export function writeSettings(path: string, { options }: DeviceSettings, also: Readonly<Record<string, string>>): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  writeFileWhole(path, withOptions(before, { ...also, ...withoutUndefined(options) }), 0o600)
}

/** Options that a line of the file sets are set there, all others at its end. */
export function withOptions(text: string, options: Readonly<Record<string, string | number>>): string {
  const left = new Map(Object.entries(options))
  const lines = text.split('\n').map((line) => {
    const [, key] = /^([a-z-]+):/.exec(line) ?? []
    const value = key === undefined ? undefined : left.get(key)
    if (key === undefined || value === undefined) return line
    left.delete(key)
    return `${key}: ${JSON.stringify(value)}`
  })
  while (lines.at(-1) === '') lines.pop()
  const heading = left.size === 0 || lines.some((line) => line === told) ? [] : [told]
  return [...lines, ...heading, ...[...left].map(([key, value]) => `${key}: ${JSON.stringify(value)}`), ''].join('\n')
}

const told = '# from the domain that the box joined'

const withoutUndefined = (options: DeviceSettings['options']): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  )
