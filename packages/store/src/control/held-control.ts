/**
 * A file with control state that is held for a copy or a replacement: no controller can open it meanwhile. The file stays
 * as it is, whatever version wrote it.
 * @module
 */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { beginning, type Mark } from '@vagus/audit'

/** Where the hash chain of events begins and ends. */
export interface ControlRecord {
  readonly after: Mark
  readonly last: Mark
}

interface HeldControl {
  readonly state: 'held'
  readonly record: ControlRecord
  /** Writes all of it to a file that is not there yet. @throws SQLite's error */
  copyTo(path: string): void
  release(): void
}

export type ControlFile =
  | HeldControl
  | { readonly state: 'absent' }
  /** A process has it open. */
  | { readonly state: 'in use' }
  /** It cannot be read, or is none. */
  | { readonly state: 'damaged'; readonly problem: string }

/** SQLite completes what a killed process left; else nothing is changed. Release what is held. */
export function holdControl(path: string): ControlFile {
  if (!existsSync(path)) return { state: 'absent' }
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
    const problem = database.prepare('PRAGMA quick_check(1)').get()!['quick_check']
    if (problem !== 'ok') throw new Error(String(problem))
    return held(database)
  } catch (error) {
    database?.close()
    const { errcode, message } = error as Error & { readonly errcode?: number }
    return errcode === busy ? { state: 'in use' } : { state: 'damaged', problem: message }
  }
}

function held(database: DatabaseSync): HeldControl {
  return {
    state: 'held',
    record: recordIn(database),
    copyTo: (path) => void database.prepare('VACUUM INTO ?').run(path),
    release: () => database.close(),
  }
}

/** Events of before layout 2 are in no chain. */
function recordIn(database: DatabaseSync): ControlRecord {
  if (Number(database.prepare('PRAGMA user_version').get()!['user_version']) < 2)
    return { after: beginning, last: beginning }
  const after = database.prepare('SELECT id, hash FROM event_chain_begin').get() as unknown as Mark | undefined
  const last = database
    .prepare('SELECT id, hash FROM event WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1')
    .get() as unknown as Mark | undefined
  const begin = after === undefined ? beginning : { id: after.id, hash: after.hash }
  return { after: begin, last: last === undefined ? begin : { id: last.id, hash: last.hash } }
}

/** SQLite's result code (sqlite.org/rescode.html). */
const busy = 5
