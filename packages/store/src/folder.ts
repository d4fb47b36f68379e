/** Contents of the store's folder, and the fsync of a folder that makes a new name durable. @module */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const logFolder = (folder: string): string => join(folder, 'log')

/** For data that does not fit into memory and drafts of exports; emptied at each start. */
export const spillFolder = (folder: string): string => join(folder, 'tmp')

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o750 })
}

/** Names in a folder; none when it does not exist. */
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
