/**
 * The state of a home at one moment, as files in a folder of their own: links to what the flow store never changes, and a
 * copy of the control state. Flows come first: the control state that is copied after them has every number that they
 * use for sites and devices.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Snapshot } from '@vagus/api/snapshot'
import {
  type ControlFile,
  type ControlRecord,
  freezeStore,
  type FrozenFile,
  holdControl,
  StoreError,
} from '@vagus/store'
import { controlFileName, flowsFolderName } from './home-places.ts'
import { aloneAtHome, finishRestore, hasJournal } from './restore-journal.ts'

export interface SnapshotFiles extends Pick<Snapshot, 'folder' | 'files' | 'record'> {
  /** Removes the folder. */
  readonly release: () => void
}

/** What a snapshot is made of. */
interface Frozen {
  /** Where links to the flow store can be. */
  readonly drafts: string
  readonly freeze: (into: string) => Promise<readonly FrozenFile[]> | readonly FrozenFile[]
  readonly copyControl: (path: string) => ControlRecord
}

/** @throws {StoreError} when the disk refuses; then nothing is left of it */
export async function snapshotFiles({ drafts, freeze, copyControl }: Frozen): Promise<SnapshotFiles> {
  const folder = join(resolve(drafts), `snapshot-${randomUUID()}`)
  const release = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const flows = await freeze(join(folder, flowsFolderName))
    const control = join(folder, controlFileName)
    const record = copyControl(control)
    const files = flows.map(({ name, octets }) => ({ name: `${flowsFolderName}/${name}`, octets }))
    return { folder, files: [{ name: controlFileName, octets: statSync(control).size }, ...files], record, release }
  } catch (error) {
    release()
    if (error instanceof StoreError) throw error
    throw new StoreError('io', `no snapshot: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Of a home without a controller, which cannot start meanwhile. Undefined where there is no control state.
 * @throws {StoreError} `locked`: a controller runs on it
 */
export async function snapshotOfStopped(home: string, flows: 'with' | 'without'): Promise<SnapshotFiles | undefined> {
  const control = heldAt(home)
  if (control === undefined || control.state === 'absent') return undefined
  if (control.state === 'in use') throw new StoreError('locked', `a controller runs on ${home}`)
  if (control.state === 'damaged') throw new StoreError('io', `${home}/${controlFileName}: ${control.problem}`)
  try {
    const folder = join(home, flowsFolderName)
    return await snapshotFiles({
      drafts: join(folder, 'tmp'),
      freeze: (into) => (flows === 'with' ? freezeStore(folder, into) : []),
      copyControl(path) {
        control.copyTo(path)
        return control.record
      },
    })
  } finally {
    control.release()
  }
}

/** In the midst of a restoration that was killed there are parts of two states: that is completed first. */
function heldAt(home: string): ControlFile | undefined {
  const path = join(home, controlFileName)
  if (!existsSync(path) && !hasJournal(home)) return undefined
  return aloneAtHome(home, () => {
    finishRestore(home)
    return holdControl(path)
  })
}
