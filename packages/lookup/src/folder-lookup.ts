/**
 * A folder of signed documents: `NAME.jws`, or `NAME/document.jws` as a keyring has them. Who may write there decides who
 * is who: an agent is found by the name of its file alone, by its id, and by what else it is known as. The name that a
 * document claims counts nothing, else an agent could take the calls of another. Files are read again when they change.
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Found, type Lookup, maxFoundDocuments } from '@vagus/agent'
import { type Identity, isAgentName } from '@vagus/identity'
import { Documents, type Taken } from './documents.ts'
import { NotBelieved } from './errors.ts'

/** Files that are looked at; a domain with more agents has a directory. */
const maxFiles = 10_000
/** Longer files are no documents. */
const maxFileOctets = 131_072

/** Milliseconds that a search through the whole folder holds up whatever else the process does. */
const giveWayAfter = 5

interface Place {
  /** By the file or its folder, whatever the document claims. */
  readonly name: string
  readonly path: string
}

/** @param folder it may come into being later; until then it is empty. A file of the name that is not believed rejects with `NotBelieved` */
export function folderLookup(folder: string): Lookup {
  const documents = new Documents()
  const texts = new Map<string, { readonly changedAt: number; readonly text: string }>()

  /** `undefined`: there is no such file. */
  const take = (path: string, now: number): Taken | undefined => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile()) return undefined
    if (stat.size > maxFileOctets) return { problem: `it has ${stat.size} octets; ${maxFileOctets} are read` }
    const known = texts.get(path)
    if (known?.changedAt === stat.mtimeMs) return documents.take(known.text, now)
    const text = readText(path)
    if (typeof text !== 'string') return text
    texts.set(path, { changedAt: stat.mtimeMs, text })
    return documents.take(text, now)
  }
  const findNamed = (name: string): readonly Identity[] => {
    const all = placesOf(folder, name).flatMap(({ path }) => {
      const taken = take(path, Date.now())
      return taken === undefined ? [] : [{ path, taken }]
    })
    const believed = all.flatMap(({ taken }) => ('identity' in taken ? [taken.identity] : []))
    if (believed.length === 0) refuse(all)
    return believed
  }
  const findClaimed = async (name: string, signal: AbortSignal): Promise<readonly Identity[]> => {
    const found: Identity[] = []
    let since = performance.now()
    for (const { path } of placesIn(folder)) {
      if (performance.now() - since > giveWayAfter) {
        await setImmediate(undefined, { signal })
        since = performance.now()
      }
      const taken = take(path, Date.now())
      if (taken === undefined || 'problem' in taken) continue
      const { id, alsoKnownAs } = taken.identity
      if (id === name || alsoKnownAs.includes(name)) found.push(taken.identity)
    }
    return found
  }
  return {
    async find(name, { signal }) {
      const named = findNamed(name)
      const hasScheme = name.includes(':') // as ids and aliases have
      const found = named.length > 0 || !hasScheme ? named : await findClaimed(name, signal)
      return found.slice(0, maxFoundDocuments).map(({ document }): Found => ({ document }))
    },
  }
}

/** There is a file of that name: that it is not believed must be said, not taken for no file. @throws {NotBelieved} */
function refuse(named: readonly { readonly path: string; readonly taken: Taken }[]): void {
  for (const { path, taken } of named)
    if ('problem' in taken)
      throw new NotBelieved(`${path}: ${taken.problem}; replace it by a newer one, or remove it`, taken.ended)
}

function readText(path: string): string | { readonly problem: string } {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    return { problem: `it cannot be read: ${(error as NodeJS.ErrnoException).code}` }
  }
}

/** Where a file of that name is. Names of agents are no paths that lead elsewhere; any other is looked for among all. */
function placesOf(folder: string, name: string): readonly Place[] {
  if (!isAgentName(name)) return placesIn(folder).filter((place) => place.name === name)
  return [`${name}.jws`, join(name, 'document.jws')].map((file) => ({ name, path: join(folder, file) }))
}

function placesIn(folder: string): readonly Place[] {
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
