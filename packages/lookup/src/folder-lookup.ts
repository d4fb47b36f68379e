/**
 * A folder of signed documents: `NAME.jws`, or `NAME/document.jws` as in a keyring. Who may write to the folder decides
 * who is who. An agent is found only by the name of its file, its id, and its other aliases. The name that a document
 * claims does not count: otherwise one agent could take the calls of another. A file is read again when it changes.
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Found, type Lookup, maxFoundDocuments } from '@vagus/agent'
import { type Identity, isAgentName } from '@vagus/identity'
import { Documents, type Taken } from './documents.ts'
import { NotBelieved } from './errors.ts'

/** Maximum number of files considered; a domain with more agents needs a directory. */
const maxFiles = 10_000
/** A longer file is not a document. */
const maxFileOctets = 131_072

/** Milliseconds after which a search through the whole folder lets the rest of the process run. */
const giveWayAfter = 5

interface Place {
  /** The name of the file or its folder, whatever the document claims. */
  readonly name: string
  readonly path: string
}

/**
 * @param folder may be created later; until then it counts as empty. If the file for a name is not believed, the
 * look-up rejects with `NotBelieved`.
 */
export function folderLookup(folder: string): Lookup {
  const documents = new Documents()
  const texts = new Map<string, { readonly changedAt: number; readonly text: string }>()

  /** `undefined` if there is no such file. */
  const take = (path: string, now: number): Taken | undefined => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile()) return undefined
    if (stat.size > maxFileOctets) return { problem: `it has ${stat.size} octets; at most ${maxFileOctets} are read` }
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
      const hasScheme = name.includes(':') // ids and aliases have one
      const found = named.length > 0 || !hasScheme ? named : await findClaimed(name, signal)
      return found.slice(0, maxFoundDocuments).map(({ document }): Found => ({ document }))
    },
  }
}

/**
 * A file for the name exists, so a failure to believe it must be reported: it does not count as missing.
 * @throws {NotBelieved}
 */
function refuse(named: readonly { readonly path: string; readonly taken: Taken }[]): void {
  for (const { path, taken } of named)
    if ('problem' in taken)
      throw new NotBelieved(`${path}: ${taken.problem}; replace it with a newer one, or remove it`, taken.ended)
}

function readText(path: string): string | { readonly problem: string } {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    return { problem: `it cannot be read: ${(error as NodeJS.ErrnoException).code}` }
  }
}

/**
 * The paths where the file for a name may be. An agent's name cannot lead out of the folder; any other name is compared
 * with all entries.
 */
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
