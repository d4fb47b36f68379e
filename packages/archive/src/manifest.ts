/**
 * The manifest: the last member of an archive, which says what all others are. It comes last because a member's hash is
 * known when it is written; an archive that was cut off has none.
 * @module
 */
import { ArchiveError } from './errors.ts'

export const manifestName = 'manifest.json'

/** Of the archive's form and of what the names in it mean. Incremented when older programs would misread it. */
const layout = 1

export interface ManifestMember {
  readonly name: string
  readonly octets: number
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

/** What who makes the archive says of it: values for JSON. */
export type About = Readonly<Record<string, unknown>>

export interface Manifest {
  readonly about: About
  readonly members: readonly ManifestMember[]
}

export const manifestText = ({ about, members }: Manifest): string =>
  `${JSON.stringify({ apiVersion: 'vagus/v1', kind: 'Backup', layout, about, members }, null, 1)}\n`

/** @throws {ArchiveError} on another text, and on that of a newer layout */
export function readManifest(text: string): Manifest {
  const value = parsed(text)
  if (!isRecord(value) || value['kind'] !== 'Backup')
    throw new ArchiveError(`${manifestName} is no manifest of a backup`)
  const found = value['layout']
  if (typeof found === 'number' && found > layout)
    throw new ArchiveError(
      `it was made by a newer version of Vagus (layout ${found}; this one knows ${layout}): restore it with that version`,
    )
  const { about, members } = value
  if (found !== layout || !isRecord(about) || !Array.isArray(members) || !members.every(isMember))
    throw new ArchiveError(`${manifestName} is not as it was written`)
  return { about, members: members.map(({ name, octets, sha256 }) => ({ name, octets, sha256 })) }
}

function isMember(value: unknown): value is ManifestMember {
  if (!isRecord(value)) return false
  const { name, octets, sha256 } = value
  return typeof name === 'string' && Number.isSafeInteger(octets) && /^[0-9a-f]{64}$/.test(String(sha256))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
