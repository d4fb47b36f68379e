/** The Parquet files of a store, by kind; cleans up at a restart. @module */
import { renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { makeFolder, namesIn } from '../folder.ts'
import type { Damage } from '../log/log-reader.ts'
import { coveredBlock, markCovered } from './covered.ts'
import { blocksOf, resolveFiles } from './file-name.ts'
import { DamagedFileError, readStoredFile, type StoredFile } from './stored-file.ts'
import { type FileKind, fileKinds } from './tiers.ts'
import { unfinished } from './write-parquet.ts'

export class Catalogue {
  readonly #files = new Map<FileKind, readonly StoredFile[]>(fileKinds.map((kind) => [kind, []]))
  /** Number of the newest block in Parquet. */
  covered = 0

  /** In the order of their blocks. The list is never changed, only replaced. */
  files(kind: FileKind): readonly StoredFile[] {
    return this.#files.get(kind) ?? []
  }

  get all(): readonly StoredFile[] {
    return [...this.#files.values()].flat()
  }

  replace(kind: FileKind, removed: readonly StoredFile[], added: readonly StoredFile[]): void {
    const kept = this.files(kind).filter((file) => !removed.includes(file))
    this.#files.set(
      kind,
      [...kept, ...added].sort((a, b) => a.from - b.from),
    )
  }

  /**
   * Finds the files of a store, removes leftovers of a crash, and sets damaged files aside. A file that cannot be read
   * for another reason is reported, left in place, and not used until the next start.
   */
  static async open(
    connection: DuckDBConnection,
    root: string,
    onDamage: (damage: Damage) => void,
  ): Promise<Catalogue> {
    const catalogue = new Catalogue()
    catalogue.covered = coveredBlock(root)
    for (const kind of fileKinds) {
      const folder = join(root, kind.folder)
      makeFolder(folder)
      const names = namesIn(folder)
      for (const name of names) if (name.endsWith(unfinished)) rmSync(join(folder, name), { force: true })
      const found = names.flatMap((name) => {
        const range = blocksOf(name)
        return range === undefined ? [] : [{ ...range, path: join(folder, name) }]
      })
      const { live, leftOver } = resolveFiles(found, catalogue.covered)
      for (const { path } of leftOver) rmSync(path, { force: true })
      const files: StoredFile[] = []
      for (const { path, from, to } of live) {
        try {
          files.push(await readStoredFile(connection, path, { from, to }))
        } catch (error) {
          const file = `${kind.folder}/${path.slice(folder.length + 1)}`
          const octets = statSync(path, { throwIfNoEntry: false })?.size ?? 0
          const { message } = error as Error
          if (error instanceof DamagedFileError) {
            markCovered(root, catalogue.covered)
            renameSync(path, `${path}.damaged`)
            onDamage({ file, octets, problem: message })
          } else onDamage({ file, octets, problem: `not readable now, left for the next start: ${message}` })
        }
      }
      catalogue.replace(kind, [], files)
    }
    return catalogue
  }
}
