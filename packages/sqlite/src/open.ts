/** Opens a database in a folder, both its user's alone where they are made. @module */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkLayout } from './layout.ts'
import { keepPrivate } from './private-file.ts'

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
