/** The files of a database, which no other user of this host may read, even in a folder open to others. @module */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'

const ownerOnly = 0o600
/** Files of SQLite beside it; new ones get the mode of the database. */
const besides = ['-wal', '-shm', '-journal']

/** Makes the file of a database if it is missing; it and those beside it are then its user's alone. @throws the system's error */
export function keepPrivate(file: string): void {
  closeSync(openSync(file, 'a', ownerOnly))
  for (const each of [file, ...besides.map((end) => file + end)]) if (existsSync(each)) chmodSync(each, ownerOnly)
}
