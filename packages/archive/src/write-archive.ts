/**
 * Writes an archive: a tar of plain files, compressed by zstd. Parquet files, most of what a controller keeps, are
 * compressed already; zstd passes those on at the speed of the disk, which gzip does not.
 * @module
 */
import { createHash } from 'node:crypto'
import { createWriteStream, fstatSync } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import { ArchiveError } from './errors.ts'
import { type About, type ManifestMember, manifestName, manifestText } from './manifest.ts'
import { blockOctets, tarHeader } from './tar-header.ts'

export interface Source {
  readonly name: string
  /** What is read of it; more is left out. */
  readonly octets: number
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export interface Written {
  readonly members: readonly ManifestMember[]
  /** Of the file. */
  readonly octets: number
  /** Of the file, 64 hexadecimal digits. */
  readonly sha256: string
}

export interface WriteOptions {
  /** The file. What is there is replaced once the new one is whole and on the disk. */
  readonly path: string
  readonly about: About
  readonly sources: readonly Source[]
  /** Milliseconds since 1970. */
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

/** The file has mode 0600. @throws {ArchiveError} when a source has fewer octets than it said; errors of the file system */
export async function writeArchive({ path, about, sources, now, signal }: WriteOptions): Promise<Written> {
  const draft = `${path}.unfinished`
  await rm(draft, { force: true })
  const members: ManifestMember[] = []
  const hash = createHash('sha256')
  let octets = 0
  const file = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true })
  let inode: number | undefined
  file.once('open', (fd: number) => (inode = fstatSync(fd).ino))
  /** Another process that writes to the same path has removed it as the draft of one that was killed. */
  const isOurs = async (): Promise<boolean> => (await stat(draft).catch(() => undefined))?.ino === inode
  try {
    await pipeline(
      Readable.from(tarOf(sources, about, Math.floor(now / 1000), members), { objectMode: false }),
      createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          octets += chunk.length
          yield chunk
        }
      },
      file,
      ...(signal === undefined ? [] : ([{ signal }] as const)),
    )
    if (!(await isOurs())) throw new ArchiveError(`another process writes ${path}, too`)
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    if (await isOurs()) await rm(draft, { force: true })
    throw error
  }
  return { members, octets, sha256: hash.digest('hex') }
}

async function* tarOf(
  sources: readonly Source[],
  about: About,
  at: number,
  members: ManifestMember[],
): AsyncGenerator<Uint8Array> {
  for (const source of sources) {
    const { name, octets } = source
    yield tarHeader({ name, octets, at })
    const hash = createHash('sha256')
    let left = octets
    for await (const chunk of source.read()) {
      const taken = chunk.subarray(0, left)
      hash.update(taken)
      left -= taken.length
      yield taken
      if (left === 0) break
    }
    if (left > 0) throw new ArchiveError(`${name} has ${left} octets less than when it was listed`)
    yield paddingOf(octets)
    members.push({ name, octets, sha256: hash.digest('hex') })
  }
  const text = Buffer.from(manifestText({ about, members }))
  yield tarHeader({ name: manifestName, octets: text.length, at })
  yield text
  yield paddingOf(text.length)
  yield new Uint8Array(2 * blockOctets) // the end of a tar
}

const paddingOf = (octets: number): Uint8Array => new Uint8Array((blockOctets - (octets % blockOctets)) % blockOctets)

/** A file's name survives a power failure only if its folder is flushed, too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
