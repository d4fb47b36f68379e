/**
 * How far the log is sealed: the last block of the newest file of single records, which is written after all its
 * rollups. Before such a file is removed, the folder `covered` gets a mark with that number.
 * @module
 */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { blocksOf } from './file-name.ts'
import { makeFolder, namesIn, syncPath } from '../folder.ts'

/** The block that the name of a mark says; undefined for any other name. */
export const coveredMark = (name: string): number | undefined => (/^\d{12,16}$/.test(name) ? Number(name) : undefined)

/** Number of the newest block in Parquet; 0 for none. */
export function coveredBlock(folder: string): number {
  const files = namesIn(join(folder, 'raw')).map((name) => blocksOf(name)?.to ?? 0)
  const marks = namesIn(join(folder, 'covered')).map((name) => coveredMark(name) ?? 0)
  return [...files, ...marks].reduce((newest, each) => Math.max(newest, each), 0)
}

/** Keeps the number beyond the removal of its file. */
export function markCovered(folder: string, block: number): void {
  const marks = join(folder, 'covered')
  makeFolder(marks)
  const name = String(block).padStart(12, '0')
  const fd = openSync(join(marks, name), 'w', 0o640)
  fsyncSync(fd)
  closeSync(fd)
  syncPath(marks)
  for (const old of namesIn(marks)) {
    if (old !== name && (coveredMark(old) ?? Infinity) < block) rmSync(join(marks, old), { force: true })
  }
}
