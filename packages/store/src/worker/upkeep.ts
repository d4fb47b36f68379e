/** Upkeep of sealed files: sealing adds them, merging keeps them few, retention removes them. @module */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { logFolder, namesIn } from '../folder.ts'
import type { HotRecords } from '../hot/hot-records.ts'
import { coveredSegments } from '../log/segment-name.ts'
import type { Catalogue } from '../sealed/catalogue.ts'
import { markCovered } from '../sealed/covered.ts'
import type { Leases } from '../sealed/leases.ts'
import { nextMerge } from '../sealed/merge-plan.ts'
import { expiredFiles, type Retention } from '../sealed/retention-plan.ts'
import { merge, seal } from '../sealed/seal.ts'
import { type FileFacts, hasRangeOf, mergedFacts, type StoredFile } from '../sealed/stored-file.ts'
import { type FileKind, fileKinds, rawKind, sumsKind } from '../sealed/tiers.ts'

export interface UpkeepOptions {
  readonly folder: string
  readonly retention: Retention
  readonly maxOctets: number
}

export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #connection: DuckDBConnection
  readonly #catalogue: Catalogue
  readonly #leases: Leases

  constructor(options: UpkeepOptions, connection: DuckDBConnection, catalogue: Catalogue, leases: Leases) {
    this.#options = options
    this.#connection = connection
    this.#catalogue = catalogue
    this.#leases = leases
  }

  /** Writes the records to files on the disk; calls `done` when queries use those instead of `hot`. */
  async seal(hot: HotRecords, done: () => void): Promise<void> {
    const files = await seal(this.#connection, this.#options.folder, hot)
    for (const [kind, file] of files) this.#catalogue.replace(kind, [], [file])
    this.#catalogue.covered = hot.to
    done()
    hot.drop()
    this.removeSegments()
  }

  /** Removes the segments of the log whose blocks are all in Parquet. */
  removeSegments(): void {
    const folder = logFolder(this.#options.folder)
    for (const name of coveredSegments(namesIn(folder), this.#catalogue.covered)) {
      rmSync(join(folder, name), { force: true })
    }
  }

  /** Merges one run of small files; returns whether there was one. */
  async mergeNext(now: number): Promise<boolean> {
    for (const kind of fileKinds) {
      const files = nextMerge(this.#catalogue.files(kind), kind.spans, now)
      if (files === undefined) continue
      const facts = mergedFacts(files)
      if (kind === rawKind) await this.#mergeSums(files, facts)
      await this.#merge(kind, files, facts)
      return true
    }
    return false
  }

  /** Called before the records are merged: after a crash in between, sums without their records are merely unused. */
  async #mergeSums(records: readonly StoredFile[], facts: FileFacts): Promise<void> {
    const all = this.#catalogue.files(sumsKind)
    const sums = records.flatMap((file) => all.find((each) => hasRangeOf(each, file)) ?? [])
    if (sums.length < records.length) return
    await this.#merge(sumsKind, sums, facts)
  }

  async #merge(kind: FileKind, files: readonly StoredFile[], facts: FileFacts): Promise<void> {
    this.#replace(kind, files, [await merge(this.#connection, this.#options.folder, kind, files, facts)])
  }

  /** Removes files older than the retention of their tier, and the oldest single records beyond `maxOctets`. */
  expire(now: number): void {
    const { folder, retention, maxOctets } = this.#options
    const files = new Map(fileKinds.map((kind) => [kind, this.#catalogue.files(kind)] as const))
    const expired = expiredFiles(files, retention, maxOctets, this.logOctets(), now)
    if ((expired.get(rawKind) ?? []).length > 0) markCovered(folder, this.#catalogue.covered)
    for (const [kind, gone] of expired) if (gone.length > 0) this.#replace(kind, gone, [])
  }

  logOctets(): number {
    const folder = logFolder(this.#options.folder)
    return namesIn(folder).reduce((sum, name) => {
      return sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    }, 0)
  }

  #replace(kind: FileKind, removed: readonly StoredFile[], added: readonly StoredFile[]): void {
    this.#catalogue.replace(kind, removed, added)
    this.#leases.retire(() => {
      for (const { path } of removed) rmSync(path, { force: true })
    })
  }
}
