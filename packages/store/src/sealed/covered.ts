/**
 * How far the log is sealed: the last block of the newest file of single records, which is written last, after all its
 * rollups. When such a file is removed because of its age, a mark with that number stays in `covered`.
 * @module
 */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { blocksOf } from './file-name.ts'
import { makeFolder, namesIn, syncPath } from '../folder.ts'

const markOf = (name: string): number | undefined => (/^\d{12,16}$/.test(name) ? Number(name) : undefined)

/** Newest block that is in Parquet, 0 for none. */
export function coveredBlock(folder: string): number {
  const files = namesIn(join(folder, 'raw')).map((name) => blocksOf(name)?.to ?? 0)
  const marks = namesIn(join(folder, 'covered')).map((name) => markOf(name) ?? 0)
  return [...files, ...marks].reduce((most, each) => Math.max(most, each), 0)
}

/** Keeps the number although its file will go. */
export function markCovered(folder: string, block: number): void {
  const marks = join(folder, 'covered')
  makeFolder(marks)
  const name = String(block).padStart(12, '0')
  const fd = openSync(join(marks, name), 'w', 0o640)
  fsyncSync(fd)
  closeSync(fd)
  syncPath(marks)
  for (const old of namesIn(marks)) {
    if (old !== name && (markOf(old) ?? Infinity) < block) rmSync(join(marks, old), { force: true })
  }
}
