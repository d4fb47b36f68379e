/** Puts a backup in the place of a home's state: read twice, first to believe it, then to write it beside. @module */
import { lstatSync, mkdirSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ArchiveError, type Manifest, readArchive } from '@vagus/archive'
import { beginning } from '@vagus/audit'
import { holdControl } from '@vagus/store'
import { BackupError } from './backup-error.ts'
import { continueRecord, type FormerEnd } from './continued-record.ts'
import { configFileName, controlFileName, flowsFolderName, placeOf } from './home-places.ts'
import { aloneAtHome, finishRestore, hasJournal, isThere, stagingPrefix, writeJournal } from './restore-journal.ts'
import { runningAgents } from './running-agents.ts'
import { fileSink, removeStaging, settle } from './staging.ts'
import { aboutOf, type BackupAbout } from './write-backup.ts'

export interface RestoreOptions {
  readonly file: string
  /** Absolute; made if it is not there. */
  readonly home: string
  /** Whether what is there may be put aside. */
  readonly occupied: 'refuse' | 'put aside'
  readonly signal?: AbortSignal | undefined
}

export interface RestorePlan {
  readonly about: BackupAbout
  readonly members: number
  /** Of all members. */
  readonly octets: number
  /** What comes from the backup, below the home. */
  readonly placed: readonly string[]
  /** What is there and would go aside. */
  readonly replaced: readonly string[]
  /** What the backup has and the home keeps as it is. */
  readonly kept: readonly string[]
}

export interface Restored extends RestorePlan {
  /** Where what was there is now, below the home; undefined: nothing was. */
  readonly aside: string | undefined
}

/** Checks all of the backup, and says what restoring it would do. Writes nothing. @throws {BackupError} */
export async function planRestore({ file, home, signal }: Omit<RestoreOptions, 'occupied'>): Promise<RestorePlan> {
  return planOf(await believed({ path: file, home, signal }), home)
}

/**
 * @param now milliseconds since 1970
 * @throws {BackupError}; errors of the file system. What was there is then still in its place
 */
export async function restoreBackup(options: RestoreOptions, now: number): Promise<Restored> {
  const { file, home, signal, occupied } = options
  const manifest = await believed({ path: file, home, signal })
  mkdirSync(home, { recursive: true, mode: 0o700 })
  aloneAtHome(home, () => {
    finishRestore(home)
    for (const name of readdirSync(home)) if (name.startsWith(stagingPrefix)) removeStaging(join(home, name))
  })
  const plan = planOf(manifest, home)
  refuseElsewhere(plan, home)
  refuseRunning(plan, home)
  const former = formerEnd(home)
  refuseOccupied(plan, home, occupied)
  const staging = `${stagingPrefix}${randomBytes(4).toString('hex')}`
  const folder = join(home, staging)
  try {
    mkdirSync(folder, { mode: 0o700 })
    await unpack(options, folder, manifest, new Set(plan.kept))
    if (!isWhole(folder, manifest, plan)) throw changedMeanwhile(home)
    continueIn(folder, plan, former, now)
    settle(folder, home)
    const aside = `before-restore-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${staging.slice(-4)}`
    const { placed, replaced } = plan
    aloneAtHome(home, () => {
      refuseRunning(plan, home)
      const isAsBefore = isDeepStrictEqual([planOf(manifest, home), formerEnd(home)], [plan, former])
      if (!isAsBefore || !isWhole(folder, manifest, plan)) throw changedMeanwhile(home)
      writeJournal(home, { staging, aside, placed, replaced })
      finishRestore(home)
    })
    return { ...plan, aside: replaced.length === 0 ? undefined : aside }
  } catch (error) {
    if (!hasJournal(home)) removeStaging(folder)
    throw error
  }
}

/** The first reading. The room that is left bounds what an archive may claim. */
async function believed({
  path,
  home,
  signal,
}: {
  readonly path: string
  readonly home: string
  readonly signal: AbortSignal | undefined
}): Promise<Manifest> {
  try {
    return await readArchive({ path, isKnown, maxOctets: roomAt(home), signal })
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    const fix = 'take another copy of it, or another backup'
    throw new BackupError('refused', `${path} is not restored: ${error.message}`, fix, { cause: error })
  }
}

const isKnown = (name: string): boolean => placeOf(name) !== undefined

/** Free octets where the home is or will be. */
function roomAt(home: string): number {
  let place = home
  while (!isThere(place) && dirname(place) !== place) place = dirname(place)
  const { bavail, bsize } = statfsSync(place)
  return bavail * bsize
}

function planOf({ about: said, members }: Manifest, home: string): RestorePlan {
  const about = aboutOf(said)
  if (about === undefined)
    throw new BackupError('refused', 'its manifest does not say what it is of', 'take another backup')
  const parts = [...new Set(members.map(({ name }) => placeOf(name)!.part))]
  // A configuration that is in use here stays: the one of then may name another home, and other addresses.
  const kept = parts.filter((part) => part === configFileName && isThere(join(home, part)))
  const placed = parts.filter((part) => !kept.includes(part))
  // Stored records are named by numbers of the control state: other records would get wrong names.
  const bound = placed.includes(controlFileName) ? [...new Set([...placed, flowsFolderName])] : placed
  const replaced = bound.filter((part) => isThere(join(home, part)))
  return {
    about,
    members: members.length,
    octets: members.reduce((sum, one) => sum + one.octets, 0),
    placed,
    replaced,
    kept,
  }
}

/** Once a journal says so, all must be moved by renaming. @throws {BackupError} `place` */
function refuseElsewhere({ placed, replaced }: RestorePlan, home: string): void {
  for (const name of new Set([...placed, ...replaced].flatMap((part) => [dirname(part), part]))) {
    const found = lstatSync(join(home, name), { throwIfNoEntry: false })
    if (name === '.' || found === undefined) continue
    if (found.isSymbolicLink() || found.dev !== statSync(home).dev)
      throw new BackupError(
        'place',
        `${join(home, name)} is a link, or on another file system, and cannot be put aside as a whole`,
        'restore into a new folder there: --into FOLDER, and start the controller with --home FOLDER',
      )
  }
}

/** A side-car has its keys in memory, and would write over what is restored. @throws {BackupError} `running` */
function refuseRunning({ replaced }: RestorePlan, home: string): void {
  const running = runningAgents(home, replaced).map((part) => basename(part))
  if (running.length === 0) return
  const more = running.length > 4 ? ` and ${running.length - 4} more` : ''
  throw new BackupError(
    'running',
    `these agents run on ${home}: ${running.slice(0, 4).join(', ')}${more}`,
    'stop them first, or restore elsewhere: --into FOLDER',
  )
}

/** Another restoration, which takes it for what a killed one left, may have removed some. */
const isWhole = (folder: string, { members }: Manifest, { kept }: RestorePlan): boolean =>
  members.every(({ name, octets }) => {
    if (kept.includes(placeOf(name)!.part)) return true
    const size = lstatSync(join(folder, name), { throwIfNoEntry: false })?.size
    return name === controlFileName ? size !== undefined : size === octets // the record has one entry more
  })

const changedMeanwhile = (home: string): BackupError =>
  new BackupError(
    'running',
    `${home} was changed while the backup was unpacked`,
    'see that no controller is started there and nobody else restores, and restore it again',
  )

/** The end of the record that is there. @throws {BackupError} `running` */
function formerEnd(home: string): FormerEnd {
  const control = holdControl(join(home, controlFileName))
  if (control.state === 'in use')
    throw new BackupError(
      'running',
      `a controller runs on ${home}`,
      'stop it first, or restore elsewhere: --into FOLDER',
    )
  if (control.state !== 'held') return control.state
  control.release()
  return control.record.last
}

function refuseOccupied({ replaced }: RestorePlan, home: string, occupied: RestoreOptions['occupied']): void {
  if (replaced.length === 0 || occupied === 'put aside') return
  const what = replaced.length > 4 ? `${replaced.slice(0, 4).join(', ')} and more` : replaced.join(', ')
  throw new BackupError(
    'occupied',
    `${home} has a state already: ${what}`,
    'put it aside, in a folder beside: --yes · or restore elsewhere: --into FOLDER',
  )
}

/** The second reading: what it gives must be what was believed. */
async function unpack(
  { file, signal }: RestoreOptions,
  folder: string,
  expected: Manifest,
  kept: ReadonlySet<string>,
): Promise<void> {
  const room = expected.members.reduce((sum, { octets }) => sum + octets, 0)
  const nowhere = { write: () => undefined, end: () => undefined, giveUp: () => undefined }
  const found = await readArchive({
    path: file,
    isKnown,
    maxOctets: room,
    take: (name) => (kept.has(placeOf(name)!.part) ? nowhere : fileSink(folder, name)),
    signal,
  })
  if (isDeepStrictEqual(found.members, expected.members)) return
  throw new BackupError('refused', `${basename(file)} was changed while it was read`, 'restore it again')
}

function continueIn(folder: string, { about, placed }: RestorePlan, former: FormerEnd, now: number): void {
  if (!placed.includes(controlFileName)) return
  const { madeAt, record } = about
  const end = record?.last ?? beginning
  const problem = continueRecord(join(folder, controlFileName), { madeAt, end, former, now })
  if (problem === undefined) return
  const fix = 'what is wrong was so when the backup was made: take an older one'
  throw new BackupError('refused', `the record of events in it does not hold: ${problem}`, fix)
}
