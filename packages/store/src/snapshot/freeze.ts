/**
 * The files of a flow store at one moment, held by hard links: what the store merges or removes later stays in them. They
 * are those that a start after kill -9 at that moment would find, so the same rules say which count.
 *
 * Call it in the thread that seals, between its steps, or while no store is open. The log may be written meanwhile: its
 * newest segment ends with the last block that is whole.
 * @module
 */
import { linkSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreError } from '../errors.ts'
import { logFolder, makeFolder, namesIn } from '../folder.ts'
import { coveredSegments, firstBlockOf } from '../log/segment-name.ts'
import { scanSegment } from '../log/segment-scan.ts'
import { coveredBlock, coveredMark } from '../sealed/covered.ts'
import { blocksOf, resolveFiles } from '../sealed/file-name.ts'
import { fileKinds } from '../sealed/tiers.ts'

export interface FrozenFile {
  /** Below the folder of the store, and below the folder of the links, such as `raw/000000000001-000000000480.parquet`. */
  readonly name: string
  /** More may follow in the file: it is no part of it. */
  readonly octets: number
}

/** What the folder of a store may have, in a backup. */
export const isStoreFile = (name: string): boolean => {
  const at = name.lastIndexOf('/')
  const [folder, file] = [name.slice(0, at), name.slice(at + 1)]
  if (folder === 'log') return firstBlockOf(file) !== undefined
  if (folder === 'covered') return coveredMark(file) !== undefined
  return fileKinds.some((kind) => kind.folder === folder) && blocksOf(file) !== undefined
}

/**
 * Links the files of the store in `folder` below `into`, a folder that is not there yet, on the same file system.
 * @throws {StoreError} when the disk refuses
 */
export function freezeStore(folder: string, into: string): readonly FrozenFile[] {
  try {
    return linked(folder, into)
  } catch (error) {
    rmSync(into, { recursive: true, force: true })
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EPERM' || code === 'EXDEV' ? `${message}; its file system must have hard links` : message
    throw new StoreError(code === 'ENOSPC' ? 'disk-full' : 'io', `the flow store cannot be held: ${why}`, {
      cause: error,
    })
  }
}

function linked(folder: string, into: string): readonly FrozenFile[] {
  mkdirSync(into, { mode: 0o750 }) // not those above it: who asked may have given up and removed them
  const covered = coveredBlock(folder)
  const files: FrozenFile[] = []
  const take = (name: string, octetsOf: (path: string) => number): void => {
    const path = join(into, name)
    makeFolder(dirname(path))
    linkSync(join(folder, name), path)
    files.push({ name, octets: octetsOf(path) })
  }
  for (const kind of fileKinds) {
    const found = namesIn(join(folder, kind.folder)).flatMap((name) => {
      const range = blocksOf(name)
      return range === undefined ? [] : [{ ...range, name: `${kind.folder}/${name}` }]
    })
    for (const { name } of resolveFiles(found, covered).live) take(name, (path) => statSync(path).size)
  }
  const mark = `covered/${String(covered).padStart(12, '0')}`
  if (namesIn(join(folder, 'covered')).some((name) => `covered/${name}` === mark)) take(mark, () => 0)
  // The store removes segments in the thread that this runs in, so all of these are still there.
  const segments = namesIn(logFolder(folder))
    .filter((name) => firstBlockOf(name) !== undefined)
    .sort()
  const sealed = new Set(coveredSegments(segments, covered))
  for (const name of segments.filter((each) => !sealed.has(each)))
    take(`log/${name}`, name === segments.at(-1) ? wholeOctets : (path) => statSync(path).size)
  return files
}

/** The writer may be in the midst of a block. */
const wholeOctets = (path: string): number => scanSegment(readFileSync(path)).endAt
