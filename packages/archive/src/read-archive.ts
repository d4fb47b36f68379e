/**
 * Reads an archive that anybody may have made. Names are those that the caller knows, sizes are within the room that it
 * has, and memory is that of one chunk and the manifest. Nothing in it is believed before the manifest at its end: who
 * wants to write only what is whole reads twice.
 * @module
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import { ArchiveError } from './errors.ts'
import { type Manifest, type ManifestMember, manifestName, readManifest } from './manifest.ts'
import { OctetReader } from './octet-reader.ts'
import { blockOctets, readTarHeader } from './tar-header.ts'

export interface ReadOptions {
  readonly path: string
  /** Whether an archive may have a member of that name. */
  readonly isKnown: (name: string) => boolean
  /** Octets of all members together; more is refused. */
  readonly maxOctets: number
  /** Takes a member in pieces, and is told its end. Without it they are only checked. */
  readonly take?: (name: string, octets: number) => MemberSink
  readonly signal?: AbortSignal | undefined
}

export interface MemberSink {
  write(octets: Uint8Array): void
  /** All of it was written. */
  end(): void
  /** No more will come. */
  giveUp(): void
}

/** A store that is kept for five years has some thousand files. */
const maxMembers = 100_000
/** That many members with the longest names take less. */
const maxManifestOctets = 32 * 1024 * 1024

/** @throws {ArchiveError} that says what is wrong with it; errors of the file system; what `take` throws */
export async function readArchive(options: ReadOptions): Promise<Manifest> {
  const file = createReadStream(options.path)
  const unpacked = createZstdDecompress()
  file.on('error', (error) => unpacked.destroy(error))
  const reader = new OctetReader(file.pipe(unpacked))
  const stop = (): void => void unpacked.destroy(options.signal?.reason as Error)
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    options.signal?.throwIfAborted()
    return await membersIn(reader, options)
  } catch (error) {
    throw archiveErrorOf(error)
  } finally {
    options.signal?.removeEventListener('abort', stop)
    closeBoth(file, unpacked)
  }
}

function closeBoth(...streams: readonly Readable[]): void {
  for (const stream of streams) {
    stream.on('error', () => undefined) // its end is asked for: nobody waits for more
    stream.destroy()
  }
}

async function membersIn(reader: OctetReader, { isKnown, maxOctets, take }: ReadOptions): Promise<Manifest> {
  const found = new Map<string, ManifestMember>()
  let left = maxOctets
  for (;;) {
    const { name, octets } = readTarHeader(await reader.take(blockOctets))
    const shown = JSON.stringify(name)
    if (found.has(name)) throw new ArchiveError(`member ${shown} is there twice`)
    if (name === manifestName) {
      if (octets > maxManifestOctets)
        throw new ArchiveError(`${manifestName} has ${octets} octets; at most ${maxManifestOctets} make sense`)
      const text = await reader.take(octets)
      await endOf(reader, octets)
      return compared(readManifest(new TextDecoder().decode(text)), found)
    }
    if (!isKnown(name)) throw new ArchiveError(`member ${shown} is none that a backup has`)
    if (found.size >= maxMembers) throw new ArchiveError(`it has more than ${maxMembers} members`)
    if (octets > left)
      throw new ArchiveError(`member ${shown} has ${octets} octets, and there is room for ${left} more of it`)
    left -= octets
    found.set(name, { name, octets, sha256: await contentOf(reader, octets, take?.(name, octets)) })
  }
}

/** The SHA-256 of a member's content. */
async function contentOf(reader: OctetReader, octets: number, sink: MemberSink | undefined): Promise<string> {
  const hash = createHash('sha256')
  try {
    for (let left = octets; left > 0;) {
      const chunk = await reader.some(left)
      hash.update(chunk)
      sink?.write(chunk)
      left -= chunk.length
    }
    sink?.end()
  } catch (error) {
    sink?.giveUp()
    throw error
  }
  await padding(reader, octets)
  return hash.digest('hex')
}

async function padding(reader: OctetReader, octets: number): Promise<void> {
  const rest = await reader.take((blockOctets - (octets % blockOctets)) % blockOctets)
  if (rest.some((octet) => octet !== 0)) throw new ArchiveError('there are octets between members')
}

async function endOf(reader: OctetReader, octets: number): Promise<void> {
  await padding(reader, octets)
  const end = await reader.take(2 * blockOctets)
  if (end.some((octet) => octet !== 0) || !(await reader.isAtEnd()))
    throw new ArchiveError(`something follows ${manifestName}, which must be the last`)
}

function compared(manifest: Manifest, found: ReadonlyMap<string, ManifestMember>): Manifest {
  for (const { name, octets, sha256 } of manifest.members) {
    const member = found.get(name)
    if (member === undefined) throw new ArchiveError(`member ${JSON.stringify(name)} is missing`)
    if (member.octets !== octets || member.sha256 !== sha256)
      throw new ArchiveError(`member ${JSON.stringify(name)} is not what was written: its SHA-256 is another`)
  }
  if (manifest.members.length !== found.size || new Set(manifest.members.map(({ name }) => name)).size !== found.size)
    throw new ArchiveError(`${manifestName} does not name each member once`)
  return manifest
}

/** Errors of zlib say what is wrong with the octets; those of the file system and of the caller stay. */
function archiveErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ArchiveError) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (!code.startsWith('ZSTD_') && code !== 'Z_BUF_ERROR') return error
  return new ArchiveError(`it is damaged, or no backup (zstd: ${error.message})`, { cause: error })
}
