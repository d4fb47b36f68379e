/**
 * A folder of signed documents: `NAME.jws`, or `NAME/document.jws` as in a keyring. Who may write to the folder decides
 * who is who. An agent is found only by the name of its file, its id, and its other aliases. The name that a document
 * claims does not count: otherwise one agent could take the calls of another. What else a document claims, its skills and
 * its role, is found by `search`, for callers who trust the agents of the folder. A file is read again when it changes.
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type FoundAgent, type Lookup, maxFoundDocuments } from '@vagus/agent'
import { nearestOf } from '@vagus/api/nearest'
import { type Identity, isAgentName } from '@vagus/identity'
import { type Claim, claimsOf, claimText, hasClaim } from './claim.ts'
import { type ClaimAnswer, type Directory, maxClaimants } from './directory.ts'
import { Documents, type Taken } from './documents.ts'
import { NotBelieved } from './errors.ts'

/** Maximum number of files considered; a domain with more agents needs a directory. */
const maxFiles = 10_000
/** A longer file is not a document. */
const maxFileOctets = 131_072

/** Milliseconds after which a search through the whole folder lets the rest of the process run. */
const giveWayAfter = 5
/** Milliseconds for which a search by claims does not look at all files again: there is one with each call. */
const freshFor = 2000

/** Of all files, for searches by claims. */
interface Contents {
  readonly agents: readonly { readonly name: string; readonly identity: Identity }[]
  /** Lines for people. */
  readonly gaps: readonly string[]
}

interface Place {
  /** The name of the file or its folder, whatever the document claims. */
  readonly name: string
  readonly path: string
}

/**
 * @param folder may be created later; until then it counts as empty. If the file for a name is not believed, the
 * look-up rejects with `NotBelieved`.
 */
export function folderLookup(folder: string): Lookup & Directory {
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
  async function* takeAll(places: readonly Place[], signal?: AbortSignal) {
    let since = performance.now()
    for (const place of places) {
      if (performance.now() - since > giveWayAfter) {
        await setImmediate(undefined, signal === undefined ? {} : { signal })
        since = performance.now()
      }
      const taken = take(place.path, Date.now())
      if (taken !== undefined) yield { place, taken }
    }
  }
  const findClaimed = async (name: string, signal: AbortSignal): Promise<readonly Identity[]> => {
    const found: Identity[] = []
    for await (const { taken } of takeAll(placesIn(folder), signal)) {
      if ('problem' in taken) continue
      const { id, alsoKnownAs } = taken.identity
      if (id === name || alsoKnownAs.includes(name)) found.push(taken.identity)
    }
    return found
  }
  const readContents = async (): Promise<Contents> => {
    const places = placesIn(folder)
    const agents: { readonly name: string; readonly identity: Identity }[] = []
    const problems: string[] = []
    for await (const { place, taken } of takeAll(places)) {
      if ('identity' in taken) agents.push({ name: place.name, identity: taken.identity })
      else problems.push(`${place.path}: ${taken.problem}`)
    }
    return { agents, gaps: gapsOf(folder, places.length, problems) }
  }
  let contents: { readonly at: number; readonly read: Promise<Contents> } | undefined
  return {
    async search(claim, { signal, among }) {
      const now = performance.now()
      if (contents === undefined || now - contents.at > freshFor) {
        const read = readContents()
        contents = { at: now, read }
        read.catch(() => (contents = undefined)) // a folder that could not be read is read again
      }
      const { agents, gaps } = await contents.read
      signal.throwIfAborted()
      const useful = among === undefined ? agents : agents.filter(({ identity }) => among.has(identity.id))
      return answerOf(folder, claim, { agents: useful, gaps })
    },
    async find(name, { signal }) {
      const named = findNamed(name)
      const hasScheme = name.includes(':') // ids and aliases have one
      const found = named.length > 0 || !hasScheme ? named : await findClaimed(name, signal)
      return found.slice(0, maxFoundDocuments).map(({ document }): FoundAgent => ({ document }))
    },
    nameLike: (name) =>
      nearestOf(
        name,
        placesIn(folder).flatMap((place) => (existsSync(place.path) ? [place.name] : [])),
      ),
  }
}

function answerOf(folder: string, claim: Claim, { agents, gaps }: Contents): ClaimAnswer {
  const all = agents.filter(({ identity }) => hasClaim(identity, claim))
  const claimants = all.slice(0, maxClaimants).map((agent) => ({ ...agent, state: 'unknown' as const }))
  const more = all.length - claimants.length
  const near =
    all.length > 0
      ? undefined
      : nearestOf(claimText(claim), new Set(agents.flatMap(({ identity }) => claimsOf(identity))))
  return {
    claimants,
    gaps: more === 0 ? gaps : [...gaps, `${folder} has ${more} more agents with ${claimText(claim)}`],
    near: near === undefined ? [] : [near],
  }
}

function gapsOf(folder: string, places: number, problems: readonly string[]): readonly string[] {
  const [first] = problems
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return [
    ...(places < maxFiles ? [] : [`of ${folder} only ${maxFiles} files are read`]),
    ...(first === undefined ? [] : [`not believed: ${first}${others}`]),
  ]
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
