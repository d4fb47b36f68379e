/**
 * A database that no other user of this host can read, even in a folder open to others, and none of a version of Vagus
 * that comes later. @module
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { NewerLayoutError } from '../errors.ts'

const ownerOnly = 0o600
/** Files of SQLite beside it; new ones get the mode of the database. */
const besides = ['-wal', '-shm', '-journal']

/**
 * @param patience milliseconds to wait for the lock: a killed process may not have exited yet
 * @param layout the newest that is known here, see `checkLayout`
 * @throws the system's error if the folder is not ours to write @throws {NewerLayoutError}
 */
export function openPrivateDatabase(folder: string, name: string, patience: number, layout: number): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  keepPrivate(file)
  const database = new DatabaseSync(file, { timeout: patience })
  checkLayout(database, file, layout)
  return database
}

/** Makes the file of a database if it is missing; it and those beside it are then its user's alone. @throws the system's error */
export function keepPrivate(file: string): void {
  closeSync(openSync(file, 'a', ownerOnly))
  for (const each of [file, ...besides.map((end) => file + end)]) if (existsSync(each)) chmodSync(each, ownerOnly)
}

/**
 * Marks the database as one of `layout`, 1 or more. A layout gets a new number if programs that know only the present
 * one would misread it or lose something; a column more that has a default needs none. Files from before there were
 * numbers have 0, and are of layout 1.
 * @throws {NewerLayoutError} with the database closed, and as it was
 */
export function checkLayout(database: DatabaseSync, file: string, layout: number): void {
  const found = Number(database.prepare('PRAGMA user_version').get()!['user_version'])
  if (found > layout) {
    database.close()
    throw new NewerLayoutError(file, found, layout)
  }
  if (found < layout) database.exec(`PRAGMA user_version = ${layout}`)
}
