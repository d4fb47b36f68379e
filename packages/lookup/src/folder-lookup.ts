/**
 * A folder of signed documents: `NAME.jws`, or `NAME/document.jws` as a keyring has them. Who may write there decides who
 * is who, so an agent is found by the name of its file, by its id, and by the names that its document claims; the file
 * named so comes first. Files are read again when they change.
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Found, type Lookup, maxFoundDocuments } from '@vagus/agent'
import type { Identity } from '@vagus/identity'
import { Documents, goesBy } from './documents.ts'

/** Files that are looked at; a domain with more agents has a directory. */
const maxFiles = 10_000
/** Longer files are no documents. */
const maxFileOctets = 131_072

interface Entry {
  readonly name: string
  readonly identity: Identity
}

/** @param folder it may come into being later; until then it is empty */
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
      const identity = text === undefined ? undefined : documents.take(text, now)
      return identity === undefined ? [] : [{ name, identity }]
    })
  return {
    async find(name) {
      const all = entries(Date.now())
      const named = all.filter((entry) => entry.name === name)
      const claiming = all.filter((entry) => entry.name !== name && goesBy(entry.identity, name))
      return [...named, ...claiming]
        .slice(0, maxFoundDocuments)
        .map(({ identity }): Found => ({ document: identity.document }))
    },
  }
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
