/** A database that nobody else on this host reads, also in a folder that others may look into. @module */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const ownerOnly = 0o600
/** Of SQLite beside it; new ones get the mode of the database. */
const besides = ['-wal', '-shm', '-journal']

/**
 * @param patience milliseconds to wait for the lock: one who was killed may still be on the way out
 * @throws the system's error when the folder is not ours to write
 */
export function openPrivateDatabase(folder: string, name: string, patience: number): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  closeSync(openSync(file, 'a', ownerOnly))
  for (const each of [file, ...besides.map((end) => file + end)]) if (existsSync(each)) chmodSync(each, ownerOnly)
  return new DatabaseSync(file, { timeout: patience })
}
