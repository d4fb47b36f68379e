/**
 * Who may call the local servers, and what these are told about the caller. The session has proven the caller's key; the
 * local server gets the name that follows from it in `Vagus-Agent`, and nobody else can set that field. What it says of
 * itself, role and name, comes beside it.
 * @module
 */
import type { Lookup, ServedExchange } from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import { Documents } from '@vagus/lookup'
import type { HeaderFields } from '../wire/header-fields.ts'
import { ProblemError } from '../wire/problem.ts'

type Peer = ServedExchange['peer']

const callerFields = { id: 'Vagus-Agent', role: 'Vagus-Agent-Role', name: 'Vagus-Agent-Name' } as const
/** CGI, and what is made after it, cannot tell `Vagus_Agent` from `Vagus-Agent`. */
const plain = (field: string): string => field.toLowerCase().replaceAll('_', '-')
const reserved = new Set(Object.values(callerFields).map(plain))

/** Milliseconds for which a name that was looked up stands for the same agents. */
const freshFor = 2000
const lookupWithin = 5000

export interface CallerPolicy {
  /** The fields for the local server. @throws {ProblemError} `refused` */
  admit(peer: Peer, headers: HeaderFields): Promise<HeaderFields>
}

/**
 * @param allowed ids, or names: a name stands for whom `lookup` finds under it, not for whoever calls itself so. Empty:
 * whoever proves an identity.
 */
export function callerPolicy(allowed: readonly string[], lookup: Lookup): CallerPolicy {
  const names = allowed.filter((each) => !each.startsWith('did:key:')).map((name) => agentsOf(name, lookup))
  const isAllowed = async (id: AgentId): Promise<boolean> => {
    if (allowed.length === 0 || allowed.includes(id)) return true
    for (const agents of names) if ((await agents()).includes(id)) return true
    return false
  }
  return {
    async admit({ identity }, headers) {
      if (!(await isAllowed(identity.id)))
        throw new ProblemError('refused', `${identity.id} is not among those whom this agent serves`)
      const name = identity.alsoKnownAs.find((alias) => alias.startsWith('vagus:'))?.slice('vagus:'.length)
      return [
        ...headers.filter(([field]) => !reserved.has(plain(field))),
        [callerFields.id, identity.id],
        [callerFields.role, identity.role],
        ...(name === undefined ? [] : [[callerFields.name, name] as const]),
      ]
    },
  }
}

/** Who goes by `name` now; nobody, where that cannot be found out. */
function agentsOf(name: string, lookup: Lookup): () => Promise<readonly AgentId[]> {
  const documents = new Documents()
  let last: { readonly at: number; readonly ids: Promise<readonly AgentId[]> } | undefined
  const find = async (now: number): Promise<readonly AgentId[]> => {
    const found = await lookup.find(name, { signal: AbortSignal.timeout(lookupWithin) }).catch(() => [])
    return found.flatMap(({ document }) => {
      const taken = documents.take(document, now)
      return 'identity' in taken ? [taken.identity.id] : []
    })
  }
  return () => {
    const now = Date.now()
    if (last === undefined || now - last.at > freshFor) last = { at: now, ids: find(now) }
    return last.ids
  }
}
