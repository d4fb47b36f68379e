/** What the folder of the store holds, and the fsync of a folder that makes a new name last. @module */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const logFolder = (folder: string): string => join(folder, 'log')

/** What memory has no room for, and drafts of exports; emptied at each start. */
export const spillFolder = (folder: string): string => join(folder, 'tmp')

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o750 })
}

/** Names in a folder; none when it is not there. */
export function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export function syncPath(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
