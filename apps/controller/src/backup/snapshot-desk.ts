/** Snapshots of the running controller: one at a time, each for as long as its reader stays. @module */
import type { Snapshot } from '@vagus/api/snapshot'
import type { ControlStore, FlowStore } from '@vagus/store'
import { resolve } from 'node:path'
import { timeText } from '../resources/windows.ts'
import { type SnapshotFiles, snapshotFiles } from './snapshot-files.ts'

export interface SnapshotParts {
  readonly control: Pick<ControlStore, 'copyTo' | 'eventChainAfter' | 'newestEvents'>
  readonly store: Pick<FlowStore, 'freeze' | 'draftFolder'>
  readonly home: string
  readonly domain: string
  readonly version: string
}

export interface HeldSnapshot {
  readonly snapshot: Snapshot
  /** Removes its files; a second time does nothing. */
  readonly release: () => void
}

/** A busy store thread may be a while at something else. Milliseconds. */
const freezeWithin = 60_000

export class SnapshotDesk {
  readonly #parts: SnapshotParts
  #current: 'none' | 'being made' | SnapshotFiles = 'none'

  constructor(parts: SnapshotParts) {
    this.#parts = parts
  }

  /** Undefined while there is another one. @param now milliseconds since 1970 @throws {StoreError} */
  async take(flows: 'with' | 'without', now: number): Promise<HeldSnapshot | undefined> {
    if (this.#current !== 'none') return undefined
    this.#current = 'being made'
    const { control, store, home, domain, version } = this.#parts
    try {
      const files = await snapshotFiles({
        drafts: store.draftFolder,
        freeze: (into) => (flows === 'with' ? store.freeze(into, { deadline: freezeWithin }) : []),
        copyControl(path) {
          control.copyTo(path)
          const after = control.eventChainAfter()
          const newest = control.newestEvents(1).at(-1)
          const last = newest?.hash === undefined ? after : { id: newest.id, hash: newest.hash }
          return { after, last }
        },
      })
      this.#current = files
      const { folder, files: list, record } = files
      const about = { now: timeText(now), version, domain, home: resolve(home), folder, files: [...list], record }
      return {
        snapshot: { apiVersion: 'vagus/v1', kind: 'Snapshot', ...about },
        release: () => this.#release(files),
      }
    } catch (error) {
      this.#current = 'none'
      throw error
    }
  }

  #release(files: SnapshotFiles): void {
    if (this.#current !== files) return
    this.#current = 'none'
    files.release()
  }
}
