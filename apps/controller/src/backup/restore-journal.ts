/**
 * How a restored state takes the place of another one, as a whole. All of it lies ready in a folder of the home before a
 * journal says so; from then on whoever opens the home first completes what the journal says. So a kill at any moment
 * leaves the old state, or the new one.
 * @module
 */
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { withFileLock } from '@vagus/keyring/file-lock'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { controlFileName } from './home-places.ts'

const journalName = 'restore.json'
const lockName = 'restore.lock'
/** Of the folder in which a state lies ready. */
export const stagingPrefix = 'restoring-'

export interface RestoreJournal {
  /** Folder below the home with what is put in place. */
  readonly staging: string
  /** Folder below the home for what was there. */
  readonly aside: string
  /** Below the home: what goes aside, where it is there. */
  readonly replaced: readonly string[]
  /** Below the home: what comes from the staging folder. */
  readonly placed: readonly string[]
}

/** Only one process opens or replaces a state at a time. `body` takes seconds at most. */
export const aloneAtHome = <T>(home: string, body: () => T): T => withFileLock(join(home, lockName), body)

export const hasJournal = (home: string): boolean => existsSync(join(home, journalName))

/** From when this returns, the new state is the state of the home. */
export function writeJournal(home: string, journal: RestoreJournal): void {
  const path = join(home, journalName)
  writeFileWhole(path, JSON.stringify({ version: 1, ...journal }), 0o600)
  giverAt(home)(path)
}

/** Gives a path to the owner of the home, where root works for a user. */
export function giverAt(home: string): (path: string) => void {
  const { uid, gid } = statSync(home)
  return process.getuid?.() === 0 && uid !== 0 ? (path) => chownSync(path, uid, gid) : () => undefined
}

/**
 * Completes a restoration that has a journal, from wherever it was left. Call it alone at home, before the state is
 * opened. @throws {Error} when the disk refuses; then the next call goes on
 */
export function finishRestore(home: string): RestoreJournal | undefined {
  const path = join(home, journalName)
  if (!existsSync(path)) return undefined
  const journal = JSON.parse(readFileSync(path, 'utf8')) as RestoreJournal // sound: written as a whole by `writeJournal`
  const staging = join(home, journal.staging)
  const aside = join(home, journal.aside)
  const give = giverAt(home)
  for (const part of journal.replaced) {
    // A part that is in place already has left the staging folder.
    const isPlaced = journal.placed.includes(part) && !isThere(join(staging, part))
    if (!isPlaced) for (const file of filesOf(part)) move(join(home, file), join(aside, file), give)
  }
  for (const part of journal.placed) move(join(staging, part), join(home, part), give)
  sync(home)
  rmSync(path)
  sync(home)
  rmSync(staging, { recursive: true, force: true })
  return journal
}

/** SQLite's own files belong to the control state: beside another one they would damage it. */
const filesOf = (part: string): readonly string[] =>
  part === controlFileName ? [`${part}-wal`, `${part}-shm`, part] : [part]

/** @param give takes folders that had to be made */
function move(from: string, to: string, give: (path: string) => void): void {
  if (!isThere(from)) return
  if (isThere(to)) throw new Error(`both ${from} and ${to} are there; move one of them away`)
  const first = mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  if (first !== undefined) for (let made = dirname(to); made.length >= first.length; made = dirname(made)) give(made)
  renameSync(from, to)
  sync(dirname(to))
  sync(dirname(from))
}

export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** A name survives a power failure only if its folder is flushed, too. */
export function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
