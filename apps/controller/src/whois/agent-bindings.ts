/** What other networks call an agent: what its document says, what the network found, and who else says the same. @module */
import {
  type AgentId,
  type BindingEvidence,
  documentEvidence,
  type Identity,
  type IdentityCrypto,
  type ResolvedBinding,
  resolveBindings,
  serialHash,
} from '@vagus/identity'

/** A box that joined the domain (RFC 8995), with its agent. */
export interface JoinedBox {
  readonly serial: string
  readonly agent: AgentId
  /** End of its certificate, milliseconds since 1970. */
  readonly until: number
}

/** Agents that are compared for one identifier: each may cost the check of a signature. */
const maxRivals = 64

export interface BindingSources {
  readonly identities: readonly Identity[]
  readonly boxes: readonly JoinedBox[]
  /** Milliseconds since 1970. */
  readonly now: number
  readonly crypto: IdentityCrypto
}

/** The identifiers of which there is any evidence for `id`, each with that for other agents. */
export function bindingsOf(id: AgentId, sources: BindingSources): readonly ResolvedBinding[] {
  const { identities, now, crypto } = sources
  const found = identities.find((identity) => identity.id === id)
  const own = [...(found === undefined ? [] : documentEvidence(found, now, crypto)), ...proven(sources)]
  const wanted = new Set(own.filter(({ agent }) => agent === id).map(keyOf))
  if (wanted.size === 0) return []
  const rivals = identities
    .filter((identity) => identity.id !== id && identity.bindings.some((binding) => wanted.has(keyOf(binding))))
    .slice(0, maxRivals)
    .flatMap((identity) => {
      const bindings = identity.bindings.filter((binding) => wanted.has(keyOf(binding)))
      return documentEvidence({ ...identity, bindings }, now, crypto)
    })
  return resolveBindings([...own, ...rivals], now).filter((one) => wanted.has(keyOf(one)))
}

const keyOf = ({ kind, value }: { readonly kind: string; readonly value: string }): string => `${kind} ${value}`

/** By the certificates that the registrar gave. */
const proven = ({ boxes }: BindingSources): readonly BindingEvidence[] =>
  boxes.map(({ serial, agent, until }) => ({
    agent,
    kind: 'serial',
    value: serialHash(serial),
    proof: 'proven',
    by: 'its certificate, by BRSKI',
    until,
  }))
