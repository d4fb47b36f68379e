/**
 * Who may call the local servers, and what these are told about the caller. The session has proven the caller's key; the
 * local server gets the name that follows from it in `Vagus-Agent`, and nobody else can set that field.
 * @module
 */
import type { ServedExchange } from '@vagus/agent'
import type { HeaderFields } from '../wire/header-fields.ts'
import { ProblemError } from '../wire/problem.ts'

type Peer = ServedExchange['peer']

const callerFields = { id: 'Vagus-Agent', role: 'Vagus-Agent-Role', name: 'Vagus-Agent-Name' } as const
/** CGI, and what is made after it, cannot tell `Vagus_Agent` from `Vagus-Agent`. */
const plain = (field: string): string => field.toLowerCase().replaceAll('_', '-')
const reserved = new Set(Object.values(callerFields).map(plain))

export interface CallerPolicy {
  /** The fields for the local server. @throws {ProblemError} `refused` */
  admit(peer: Peer, headers: HeaderFields): HeaderFields
}

/**
 * @param allowed ids, or names that callers' documents claim: since two may claim the same, an id is the stronger word.
 * Empty: whoever proves an identity.
 */
export function callerPolicy(allowed: readonly string[]): CallerPolicy {
  return {
    admit({ identity }, headers) {
      const name = identity.alsoKnownAs.find((alias) => alias.startsWith('vagus:'))?.slice('vagus:'.length)
      const isAllowed =
        allowed.length === 0 || allowed.includes(identity.id) || (name !== undefined && allowed.includes(name))
      if (!isAllowed) throw new ProblemError('refused', `${identity.id} is not among those whom this agent serves`)
      return [
        ...headers.filter(([field]) => !reserved.has(plain(field))),
        [callerFields.id, identity.id],
        [callerFields.role, identity.role],
        ...(name === undefined ? [] : [[callerFields.name, name] as const]),
      ]
    },
  }
}
