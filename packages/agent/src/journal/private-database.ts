/** A database that no other user of this host can read, even in a folder open to others. @module */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const ownerOnly = 0o600
/** Files of SQLite beside it; new ones get the mode of the database. */
const besides = ['-wal', '-shm', '-journal']

/**
 * @param patience milliseconds to wait for the lock: a killed process may not have exited yet
 * @throws the system's error if the folder is not ours to write
 */
export function openPrivateDatabase(folder: string, name: string, patience: number): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  closeSync(openSync(file, 'a', ownerOnly))
  for (const each of [file, ...besides.map((end) => file + end)]) if (existsSync(each)) chmodSync(each, ownerOnly)
  return new DatabaseSync(file, { timeout: patience })
}
