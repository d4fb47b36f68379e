/**
 * A folder of signed documents: `NAME.jws`, or `NAME/document.jws` as a keyring has them. Who may write there decides who
 * is who: an agent is found by the name of its file alone, by its id, and by what else it is known as. The name that a
 * document claims counts nothing, else an agent could take the calls of another. Files are read again when they change.
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Found, type Lookup, maxFoundDocuments } from '@vagus/agent'
import { Documents, type Taken } from './documents.ts'
import { NotBelieved } from './errors.ts'

/** Files that are looked at; a domain with more agents has a directory. */
const maxFiles = 10_000
/** Longer files are no documents. */
const maxFileOctets = 131_072

interface Entry {
  readonly name: string
  readonly path: string
  readonly taken: Taken
}

/** @param folder it may come into being later; until then it is empty. A file of the name that is not believed rejects */
export function folderLookup(folder: string): Lookup {
  const documents = new Documents()
  const texts = new Map<string, { readonly changedAt: number; readonly text: string }>()

  const textOf = (path: string): string | undefined => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile() || stat.size > maxFileOctets) return undefined
    const known = texts.get(path)
    if (known?.changedAt === stat.mtimeMs) return known.text
    const text = readFileSync(path, 'utf8').trim()
    texts.set(path, { changedAt: stat.mtimeMs, text })
    return text
  }
  const entries = (now: number): readonly Entry[] =>
    pathsIn(folder).flatMap(({ name, path }) => {
      const text = textOf(path)
      return text === undefined ? [] : [{ name, path, taken: documents.take(text, now) }]
    })
  return {
    async find(name) {
      const all = entries(Date.now())
      const named = all.filter((entry) => entry.name === name)
      const believed = (named.length > 0 ? named : all).flatMap(({ taken }) =>
        'identity' in taken ? [taken.identity] : [],
      )
      const found =
        named.length > 0
          ? believed
          : believed.filter(({ id, alsoKnownAs }) => id === name || alsoKnownAs.includes(name))
      if (found.length === 0) refuse(named)
      return found.slice(0, maxFoundDocuments).map(({ document }): Found => ({ document }))
    },
  }
}

/** There is a file of that name: that it is not believed must be said, not taken for no file. @throws {NotBelieved} */
function refuse(named: readonly Entry[]): void {
  for (const { path, taken } of named)
    if ('problem' in taken)
      throw new NotBelieved(`${path}: ${taken.problem}; replace it by a newer one, or remove it`, taken.ended)
}

function pathsIn(folder: string): readonly { readonly name: string; readonly path: string }[] {
  const entries = readEntries(folder)
  return entries.slice(0, maxFiles).flatMap((entry) => {
    if (entry.isDirectory()) return [{ name: entry.name, path: join(folder, entry.name, 'document.jws') }]
    return entry.name.endsWith('.jws') ? [{ name: basename(entry.name, '.jws'), path: join(folder, entry.name) }] : []
  })
}

function readEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
