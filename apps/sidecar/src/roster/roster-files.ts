/**
 * Files that hold rosters: `NAME/roster.jws` of owners of this host's keyring, and `*.roster` in the folders of --lookup.
 * They are looked at again and again; what has not changed is not read.
 * @module
 */
import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { maxRosterCharacters } from '@vagus/identity'

/** Maximum number of files considered in one folder. */
const maxFiles = 1000

export interface RosterFile {
  readonly path: string
  /** `undefined`: it cannot be read, or is too long to be one. */
  readonly text: string | undefined
}

/** A keyring has a folder for each owner; in others the rosters lie side by side. */
interface Place {
  readonly folder: string
  readonly kind: 'keyring' | 'look-up'
}

export class RosterFiles {
  readonly #places: readonly Place[]
  /** Of each folder: what is there. */
  readonly #listed = new Map<string, { readonly state: string; readonly paths: readonly string[] }>()
  readonly #seen = new Map<string, string>()

  constructor(keyring: string, folders: readonly string[]) {
    this.#places = [
      { folder: keyring, kind: 'keyring' },
      ...folders.map((folder) => ({ folder, kind: 'look-up' }) as const),
    ]
  }

  /** Those that came or changed since the last time. */
  changed(): readonly RosterFile[] {
    return this.#places.flatMap((place) =>
      this.#pathsIn(place).flatMap((path) => {
        const stat = statOf(path)
        if (stat === undefined || !stat.isFile()) return []
        const state = stateOf(stat)
        if (this.#seen.get(path) === state) return []
        this.#seen.set(path, state)
        return [{ path, text: stat.size > maxRosterCharacters + 1 ? undefined : textOf(path) }]
      }),
    )
  }

  /** The next look reads it again, also if it has not changed. */
  forget(path: string): void {
    this.#seen.delete(path)
  }

  #pathsIn({ folder, kind }: Place): readonly string[] {
    const stat = statOf(folder)
    if (stat === undefined) return []
    const state = stateOf(stat)
    const listed = this.#listed.get(folder)
    if (listed?.state === state) return listed.paths
    const names = namesIn(folder)
    const paths = (
      kind === 'keyring'
        ? names.map((name) => join(name, 'roster.jws'))
        : names.filter((name) => name.endsWith('.roster'))
    )
      .slice(0, maxFiles)
      .map((name) => join(folder, name))
    this.#listed.set(folder, { state, paths })
    return paths
  }
}

const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined // what is no folder, or is not ours to read
  }
}

/** Changes with the content: whoever replaces a file makes another inode. */
const stateOf = ({ ino, mtimeMs, ctimeMs, size }: Stats): string => [ino, mtimeMs, ctimeMs, size].join(' ')

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
