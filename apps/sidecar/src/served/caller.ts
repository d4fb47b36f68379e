/**
 * Who may call the local servers, and what these are told about the caller. The session has proven the caller's key; the
 * local server gets the name that follows from it in `Vagus-Agent`, and nobody else can set that field. What it says of
 * itself, role and name, comes beside it.
 * @module
 */
import type { Lookup, ServedExchange } from '@vagus/agent'
import { type AgentId, agentNameOf } from '@vagus/identity'
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
  const names = allowed.filter(isName).map((name) => agentsOf(name, lookup))
  const isAllowed = async (id: AgentId): Promise<boolean> => {
    if (allowed.length === 0 || allowed.includes(id)) return true
    for (const agents of names) if ((await agents()).includes(id)) return true
    return false
  }
  return {
    async admit({ identity }, headers) {
      if (!(await isAllowed(identity.id)))
        throw new ProblemError('refused', `${identity.id} is not among those whom this agent serves`)
      const name = agentNameOf(identity)
      return [
        ...headers.filter(([field]) => !reserved.has(plain(field))),
        [callerFields.id, identity.id],
        [callerFields.role, identity.role],
        ...(name === undefined ? [] : [[callerFields.name, name] as const]),
      ]
    },
  }
}

const isName = (word: string): boolean => !word.startsWith('did:key:')

/** Who of `allowed` may not call yet, because nobody is found under the name: lines for people. */
export async function notFoundOf(
  allowed: readonly string[],
  lookup: Lookup,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines = allowed.filter(isName).map(async (name) => {
    try {
      if ((await idsOf(name, { lookup, documents: new Documents(), signal })).length > 0) return []
      return [`nobody is found under the name ${name} yet, which is allowed: until then it may not call`]
    } catch (error) {
      const why = (error as Error).message
      return [`${name}, which is allowed, cannot be looked up: until then it may not call: ${why}`]
    }
  })
  return (await Promise.all(lines)).flat()
}

/** Who goes by `name` now; nobody, where that cannot be found out. */
function agentsOf(name: string, lookup: Lookup): () => Promise<readonly AgentId[]> {
  const documents = new Documents()
  let last: { readonly at: number; readonly ids: Promise<readonly AgentId[]> } | undefined
  return () => {
    const now = Date.now()
    if (last === undefined || now - last.at > freshFor) {
      last = { at: now, ids: idsOf(name, { lookup, documents }).catch(() => []) }
    }
    return last.ids
  }
}

interface Where {
  readonly lookup: Lookup
  readonly documents: Documents
  readonly signal?: AbortSignal
}

/** @throws {Error} where `name` cannot be looked up */
async function idsOf(name: string, { lookup, documents, signal }: Where): Promise<readonly AgentId[]> {
  const within = AbortSignal.timeout(lookupWithin)
  const found = await lookup.find(name, { signal: signal === undefined ? within : AbortSignal.any([signal, within]) })
  return found.flatMap(({ document }) => {
    const taken = documents.take(document, Date.now())
    return 'identity' in taken ? [taken.identity.id] : []
  })
}
